"""How each language of the site is named, tagged and written.

The direction never comes from Django's get_language_bidi: that looks only at what stands before the
hyphen, so for kk-arab it answers "left to right". See kazakh.md.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info


@dataclass(frozen=True)
class ReaderLanguage:
    """A language as a reader meets it."""

    code: str  # in addresses and in the database: zh-hans, kk-arab, kk
    tag: str  # in HTML: zh-Hans, kk-Arab, kk-Cyrl
    name: str  # in the language itself
    babel: str  # for dates

    @property
    def direction(self) -> str:
        """rtl or ltr, for HTML's dir."""
        return "rtl" if get_language_info(self.code)["bidi"] else "ltr"


_TAGS = {"zh-hans": "zh-Hans", "kk-arab": "kk-Arab", "kk": "kk-Cyrl"}
_NAMES = {"zh-hans": "中文", "kk-arab": "قازاقشا", "kk": "Қазақша"}

LANGUAGES = {
    code: ReaderLanguage(
        code=code,
        tag=_TAGS.get(code, code),
        name=_NAMES.get(code, str(name)),
        babel=_TAGS.get(code, code).replace("-", "_"),
    )
    for code, name in settings.LANGUAGES
}


def language_of(code: str | None) -> ReaderLanguage:
    """The language with that code; the site's own where the code is none of ours."""
    return LANGUAGES.get(code or "", LANGUAGES[settings.LANGUAGE_CODE])
