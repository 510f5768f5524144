"""The words of the zone's first pages, in every language of the site."""

from content.kazakh import to_arabic


def _in_all(zh: dict[str, str], kk: dict[str, str]) -> dict[str, dict[str, str]]:
    arab = {name: to_arabic(text) for name, text in kk.items()}
    return {"zh-hans": zh, "kk-arab": arab, "kk": kk}


HOMES = _in_all(
    {
        "title": "金融教育专区",
        "tagline": "看懂套路，守住钱袋子",
        "introduction": "真实案例、通俗讲解，帮助您识别金融骗局，明白消费、依法维权。",
    },
    {
        "title": "Қаржы білімі",
        "tagline": "Айланы таны, ақшаңды сақта",
        "introduction": (
            "Шын оқиғалар мен түсінікті кеңестер: қаржы алаяқтығын тануға, "
            "құқығыңызды заң бойынша қорғауға көмектеседі."
        ),
    },
)

SECTIONS = [
    (
        "cases",
        "cases",
        _in_all(
            {"title": "以案说险", "introduction": "用身边的案例，讲清骗局是怎样一步步得手的。"},
            {
                "title": "Оқиғадан сабақ",
                "introduction": "Өмірдегі оқиғалар: алаяқтар қалай алдайды, қалай сақтану керек.",
            },
        ),
    ),
    (
        "knowledge",
        "knowledge",
        _in_all(
            {"title": "金融知识", "introduction": "保险合同、理赔、借贷与投资，一次讲明白一件事。"},
            {
                "title": "Қаржы білімдері",
                "introduction": "Сақтандыру, төлем, қарыз және салым туралы түсінікті әңгіме.",
            },
        ),
    ),
    (
        "videos",
        "videos",
        _in_all(
            {"title": "视频课堂", "introduction": "几分钟一课，配有字幕和文字稿。"},
            {
                "title": "Бейне сабақ",
                "introduction": "Бірнеше минуттық сабақтар, жазуы және мәтіні бар.",
            },
        ),
    ),
    (
        "highlights",
        "highlights",
        _in_all(
            {
                "title": "亮点做法",
                "introduction": "马背宣讲、毡房课堂、邻里服务站：把知识送到身边。",
            },
            {
                "title": "Үздік тәжірибе",
                "introduction": "Ат үстіндегі насихат, киіз үйдегі сабақ: білім қасыңызда.",
            },
        ),
    ),
]
