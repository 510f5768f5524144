"""Xinjiang's own public holidays as far as they can be reckoned; people correct them when notices
come.

Days: 1 Shawwal and 10 Dhu al-Hijja by the Umm al-Qura calendar, as the Unicode CLDR has it
(islamic-umalqura); the tabular Islamic calendar (civil epoch, leap years 2, 5, 7, 10, 13, 16, 18,
21, 24, 26, 29) comes to the same day or the one after. What the autonomous region's notice sets may
lie a day off, and is moved together with weekends. Lengths, one day and three, are those of earlier
years' notices as commonly reported; the orders themselves were not at hand.
"""

from datetime import date

REGION = "650000"
EID_AL_FITR, EID_AL_ADHA = "肉孜节", "古尔邦节"
NOTE = "按伊斯兰历（乌姆古拉历）推算，以自治区政府通知为准"

# Name, first day, days.
ESTIMATED = [
    (EID_AL_FITR, date(2026, 3, 20), 1),
    (EID_AL_ADHA, date(2026, 5, 27), 3),
    (EID_AL_FITR, date(2027, 3, 9), 1),
    (EID_AL_ADHA, date(2027, 5, 16), 3),
    (EID_AL_FITR, date(2028, 2, 26), 1),
    (EID_AL_ADHA, date(2028, 5, 5), 3),
    (EID_AL_FITR, date(2029, 2, 14), 1),
    (EID_AL_ADHA, date(2029, 4, 24), 3),
    (EID_AL_FITR, date(2030, 2, 4), 1),
    (EID_AL_ADHA, date(2030, 4, 13), 3),
]
