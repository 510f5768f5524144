"""The metrics that the house begins with: code, name, unit, whether it counts, definition, whole.

domain.md, Reporting reach. They are laid once each and then belong to head office.
"""

from campaigns.reach.models import Metric

METRICS = [
    ("views", "页面浏览", "人次", True, "本系统网站教育内容页面被打开的次数；机器人、预取、员工登录和已选择不统计的访客不计，同一读者数秒内重复打开计一次。", None),
    ("reads", "文章阅读", "人次", True, "微信公众号、APP、合作媒体等平台提供或填报的文章阅读次数，不是阅读人数。", None),
    ("plays", "视频播放", "人次", True, "视频或音频开始播放的次数；平台数据按平台口径。", None),
    ("plays_finished", "完整播放", "次", False, "视频或音频播放到结尾的次数，已包含在视频播放之内，不另计入触及人次。", None),
    ("sms_delivered", "短信送达", "人次", True, "运营商确认送达的短信条数；提交而未送达的不计。", None),
    ("attendance", "到场", "人次", True, "线下宣讲、授课、咨询等活动到场的人次；路过和“辐射”人数不计。", None),
    ("clicks", "链接点击", "次", False, "短链接或二维码被打开的次数，打开后的页面另计浏览，不计入触及人次。", None),
    ("completions", "小游戏完成", "次", False, "小游戏或模拟骗局体验走完全程的次数。", None),
    ("shares", "分享", "次", False, "读者点击分享或平台统计的转发次数。", None),
    ("downloads", "下载", "次", False, "宣传单、长图、音视频等文件被下载的次数。", None),
    ("leaflets", "发放宣传单", "份", False, "现场或递送发放的折页、手册等纸质资料份数，不等于触及人次。", None),
    ("originals", "原创作品", "件", False, "本机构原创的教育宣传作品件数；按形式填报的不再填报总数，转载监管部门或他人的内容不计。", None),
    ("originals_article", "原创文章", "件", False, "原创的图文文章件数。", "originals"),
    ("originals_video", "原创视频", "件", False, "原创的视频件数。", "originals"),
    ("originals_long_image", "原创长图", "件", False, "原创的长图、海报件数。", "originals"),
    ("originals_game", "原创小游戏", "件", False, "原创的小游戏、模拟骗局体验件数。", "originals"),
    ("originals_exhibition", "原创展厅", "件", False, "原创的线上沉浸式展厅件数。", "originals"),
    ("media_reports", "媒体报道", "篇", False, "新闻媒体对活动的报道篇数；同一稿件多家刊发按刊发家数计。", None),
    ("reposts", "转发监管内容", "条", False, "转发监管部门发布内容的条数，不计为原创作品。", None),
    ("activities_online", "线上活动", "次", False, "线上举办的直播、课堂、答题等活动次数；是次，不是人次。", None),
    ("activities_offline", "线下活动", "次", False, "线下举办的宣讲、授课、咨询等活动次数；是次，不是人次。", None),
    ("outlets", "参与网点次数", "次", False, "参加活动的营业网点次数，按天、按机构累加：同一网点参加两天活动计两次，不是不重复的网点个数。", None),
    ("staff", "参与员工人次", "人次", False, "参加活动组织和宣讲的员工人次，按天、按机构累加：同一员工参加两天活动计两次，不是不重复的员工人数，不计入触及人次。", None),
]  # fmt: skip

# What we once laid and what was not true: figures are summed over days, and whoever takes part on
# two of them is in the sum twice. Code, name, unit, definition.
_UNTRUE = [
    ("outlets", "参与网点", "个", "参加活动的营业网点个数；同一网点参加多场活动，一次活动期内计一次。"),
    ("staff", "参与员工", "人", "参加活动组织和宣讲的员工人数，不计入触及人次。"),
]  # fmt: skip


def lay() -> None:
    """Lay the metrics whose code is not known; those that stand are left as they are.

    Only what still says word for word something of ours that was not true is put right, also where
    figures stand: it is the same sum, by its right name.
    """
    _put_right()
    there = set(Metric.objects.values_list("code", flat=True))
    Metric.objects.bulk_create(
        Metric(
            code=code,
            name=name,
            unit=unit,
            counts_as_reach=counts,
            definition=definition,
            parent_id=parent,
            sort_order=10 * order,
        )
        for order, (code, name, unit, counts, definition, parent) in enumerate(METRICS, start=1)
        if code not in there
    )


def _put_right() -> None:
    true = {code: (name, unit, definition) for code, name, unit, _c, definition, _p in METRICS}
    for code, name, unit, definition in _UNTRUE:
        right = dict(zip(("name", "unit", "definition"), true[code], strict=True))
        if not Metric.objects.filter(name=right["name"]).exists():
            untrue = Metric.objects.filter(code=code, name=name, unit=unit, definition=definition)
            # Not by save(): there the unit of a figure that stands is fixed.
            untrue.update(**right)
