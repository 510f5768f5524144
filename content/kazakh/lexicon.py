"""Words whose Arabic spelling no rule gives.

Whole words in lower-case Cyrillic, so an inflected form that differs from the rules needs its
own row. Hamza is written U+0621 here whatever the profile says: it is exchanged on output.
Editors add theirs through ``Profile.exceptions``.
"""

from typing import Final

EXCEPTIONS: Final[dict[str, str]] = {
    # и alone does not tell front from back: ит (dog) is front.
    "ит": "ءيت",
}

# Always with a capital in Cyrillic: Arabic script has none. Countries and places of which this
# product speaks; with an ending too (Үрімжіде). Editors add theirs with a capital.
NAMES: Final[tuple[str, ...]] = (
    "Қазақстан", "Қытай", "Ресей", "Моңғолия", "Қырғызстан", "Өзбекстан", "Америка", "Еуропа",
    "Азия", "Шыңжаң", "Үрімжі", "Бейжің", "Шаңхай", "Құлжа", "Іле", "Тарбағатай", "Шәуешек",
    "Қарамай", "Мори", "Баркөл", "Құмыл", "Тұрпан", "Қашқар", "Ақсу", "Санжы", "Боротала",
    "Күйтүн", "Шиху", "Текес", "Күнес", "Тоғызтарау", "Мұңғұлкүре", "Көктоғай", "Буыршын",
    "Жеменей", "Қобда", "Шіңгіл", "Қаба", "Бурылтоғай", "Дөрбілжін", "Толы", "Сауан", "Астана",
    "Алматы", "Абай", "Алла", "Наурыз",
)  # fmt: skip

# Acronyms by their letters in Arabic script; the rules would take each vowel for a back one.
ACRONYMS: Final[dict[str, str]] = {
    "بۇۇ": "БҰҰ",
    "ىىم": "ІІМ",
    "جىو": "ЖІӨ",
    "ەىدۇ": "ЭЫДҰ",
}

# Words of this product's field that the dictionary of 2009 lacks; stems of their forms too.
WORDS: Final[tuple[str, ...]] = (
    "инвестиция", "депозит", "дивиденд", "ипотека", "лизинг", "полис", "франшиза", "брокер",
    "андеррайтинг", "аннуитет", "овердрафт", "капиталдандыру", "инфляция", "девальвация",
    "валюта", "криптовалюта", "токен", "онлайн", "офлайн", "интернет", "смартфон", "қосымша",
    "сілтеме", "құпиясөз", "алаяқ", "алаяқтық", "фишинг", "банк", "банкнот", "банкомат",
    "несие", "зейнетақы", "сақтандыру", "сақтанушы", "өтемақы", "жарнапұл", "тұтынушы", "әмиян",
    "вексель", "чек", "терминал", "аккаунт", "логин", "веб", "сайт", "мобильді", "цифрлық",
)  # fmt: skip
