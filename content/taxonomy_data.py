"""The risk categories and audience groups that are shipped: slug, 中文, قازاقشا, Қазақша."""

from content.kazakh import to_arabic


def _rows(*rows: tuple[str, str, str]) -> list[tuple[str, str, str, str]]:
    return [(slug, name, to_arabic(kk), kk) for slug, name, kk in rows]


CATEGORIES = _rows(
    ("surrender-agent", "代理退保", "Делдал арқылы сақтандырудан шығу"),
    ("illegal-fundraising", "非法集资", "Заңсыз қаржы жинау"),
    ("telecom-fraud", "电信诈骗", "Телефон алаяқтығы"),
    ("elder-scam", "养老骗局", "Қарттарды алдау"),
    ("rights-agent", "代理维权", "Делдал арқылы құқық қорғау"),
    ("mis-selling", "销售误导", "Жаңылыстырып сату"),
    ("motor-claims", "车险理赔", "Көлік сақтандыру төлемі"),
    ("health-disclosure", "健康告知", "Денсаулық жайын хабарлау"),
    ("ai-impersonation", "AI换脸", "ЖИ арқылы бет ауыстыру"),
    ("credit-repair", "征信修复", "Несие тарихын түзету"),
    ("debt-carrier", "职业背债", "Кәсіби қарыз арқалау"),
    ("stock-tips", "非法荐股", "Заңсыз акция ұсыну"),
    ("campus-loan", "校园贷", "Студенттік несие"),
    ("livestock-insurance", "农牧业保险", "Ауыл шаруашылығы сақтандыруы"),
)

AUDIENCES = _rows(
    ("elderly", "老年人", "Қарттар"),
    ("youth", "青少年", "Жасөспірімдер"),
    ("new-citizens", "新市民", "Жаңа қалалықтар"),
    ("farmers-workers", "务工务农人员", "Диқандар мен жұмысшылар"),
    ("herders", "牧民", "Малшылар"),
    ("disabled", "残障人士", "Мүгедектер"),
    ("minorities", "少数民族群众", "Аз ұлттар"),
    ("gig-workers", "新就业群体", "Жаңа кәсіп иелері"),
    ("foreigners", "外籍来华人员", "Шетелдіктер"),
)
