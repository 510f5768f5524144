"""The words a file may use, in English and in Chinese."""

from django.utils.translation import override

from campaigns.reach.metrics import Basis, known

COLUMNS = {
    "date": "日期",
    "channel": "渠道",
    "region": "机构",
    "campaign": "活动",
    "content": "内容",
    "language": "语种",
    "metric": "指标",
    "count": "数量",
    "basis": "口径",
    "source_key": "编号",
}
# The column that we add when we give a file back; it is passed over when it comes in again.
REASON = "原因"
REASON_COLUMN = frozenset({REASON, "reason", "reasons"})
COLUMN_OF = {word: name for name, chinese in COLUMNS.items() for word in (name, chinese)}

# What reports call them; the interface's own Chinese names are taken as well.
_METRIC_WORDS = {
    "views": ("浏览", "浏览量", "页面浏览", "浏览人次"),
    "reads": ("阅读", "阅读量", "阅读人次"),
    "plays": ("播放", "播放量", "播放人次"),
    "sms_delivered": ("短信", "短信送达", "短信送达量", "短信送达人次"),
    "attendance": ("参加", "参加人次", "到场人次", "受众人次"),
    "clicks": ("点击", "点击量"),
    "completions": ("完成", "完成量", "游戏完成"),
    "shares": ("分享", "转发", "分享量", "转发量"),
    "downloads": ("下载", "下载量"),
    "leaflets": ("折页", "宣传折页", "宣传资料", "发放资料"),
    "plays_finished": ("完播", "完播量"),
    "originals": ("原创", "原创作品"),
    "media_reports": ("媒体报道",),
    "reposts": ("转载", "转载监管内容"),
    "activities_online": ("线上活动",),
    "activities_offline": ("线下活动",),
    "outlets": ("网点", "参与网点"),
    "staff": ("员工", "参与员工"),
}
_BASIS_WORDS = {
    Basis.MEASURED: ("实测", "系统实测", "自有统计"),
    Basis.PLATFORM_REPORTED: ("平台提供", "平台数据", "平台统计"),
    Basis.SELF_REPORTED: ("自报", "自行填报", "自行上报"),
    Basis.ESTIMATED: ("估算", "估计"),
}
_LANGUAGE_WORDS = {
    "zh-hans": ("中文", "汉语", "简体中文"),
    "kk-arab": ("哈萨克文", "哈萨克语"),
    "kk": ("哈萨克文（西里尔）", "哈萨克语（西里尔）"),
}


def metric_words() -> dict[str, str]:
    """Metric codes by code, by name and by what reports call them."""
    metrics = {code: metric for code, metric in known().items() if metric.is_active}
    by_word = {word: code for word, code in _by_word(_METRIC_WORDS).items() if code in metrics}
    names = {metric.name: code for code, metric in metrics.items()}
    return by_word | names | {code: code for code in metrics}


def basis_words() -> dict[str, str]:
    """Basis codes by code and by Chinese name."""
    with override("zh-hans"):
        words = {str(basis.label): basis.value for basis in Basis}
    by_word = {word: basis.value for word, basis in _by_word(_BASIS_WORDS).items()}
    return words | by_word | {basis.value: basis.value for basis in Basis}


def language_words(languages: list[tuple[str, str]]) -> dict[str, str]:
    """Language codes by code, by own name and by Chinese name."""
    own = {name: code for code, name in languages}
    return own | _by_word(_LANGUAGE_WORDS) | {code: code for code, _name in languages}


def _by_word(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: code for code, several in words.items() for word in several}
