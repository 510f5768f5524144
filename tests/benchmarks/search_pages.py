"""Many pages for the search's benchmark: the demo's own words in ever new order, seeded.

Rows go in in bulk: through Wagtail, 20,000 pages would take the better part of an hour. Half of
them are Chinese, a quarter each Kazakh versions in Arabic script and Cyrillic.
"""

import json
import random
import re
import uuid
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MATERIALS = ROOT / "content" / "demo" / "materials"
LANGUAGES = ["zh-hans", "kk-arab", "zh-hans", "kk"]
SENTENCES, TITLE_PARTS = 16, 3
BATCH = 2000


def make(count: int) -> None:
    """Lay that many live case warnings below the sections of their languages."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Locale, Page

    from content.models import CaseWarningPage, Category, SectionPage

    rng = random.Random(20261129)
    words = {language: clauses(language) for language in set(LANGUAGES)}
    parents = {
        language: SectionPage.objects.get(kind="cases", locale__language_code=language)
        for language in set(LANGUAGES)
    }
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    content_type = ContentType.objects.get_for_model(CaseWarningPage)
    categories = list(Category.objects.values_list("pk", flat=True))
    first_day = date(2020, 1, 1)
    places = dict.fromkeys(parents, 0)
    pages, pieces = [], []
    key = uuid.uuid4()
    for n in range(count):
        language = LANGUAGES[n % 4]
        if language == "zh-hans":
            key = uuid.UUID(int=rng.getrandbits(128))
        places[language] += 1
        title = title_of(words[language], language, rng)
        pages.append(
            Page(
                title=title, draft_title=title, slug=f"page-{n}", url_path=f"/{language}/p/{n}/",
                path=parents[language].path + Page._int2str(places[language]).rjust(4, "0"),
                depth=parents[language].depth + 1, content_type=content_type, live=True,
                locale=locales[language], translation_key=key if n % 4 != 2 else uuid.uuid4(),
            )
        )  # fmt: skip
        day = first_day + timedelta(days=rng.randrange(2500))
        summary = "".join(rng.choices(words[language], k=4))[:300]
        text = " ".join(rng.choices(words[language], k=SENTENCES))
        body = [{"type": "case", "value": {"heading": "", "text": [markdown(text)]}}]
        pieces.append((f"page-{n}", day, summary, rng.choice(categories), json.dumps(body)))
    insert(pages, pieces)
    for language, parent in parents.items():
        Page.objects.filter(pk=parent.pk).update(numchild=places[language])


def insert(pages: list, pieces: list[tuple]) -> None:
    """Case warnings in bulk: unsaved pages, and (code, date, summary, category, body) of each."""
    from django.db import connection, transaction
    from wagtail.models import Page

    with transaction.atomic(), connection.cursor() as cursor:
        Page.objects.bulk_create(pages, batch_size=BATCH)
        rows = list(zip((page.pk for page in pages), pieces, strict=True))
        cursor.executemany(
            "INSERT INTO content_educationpage (page_ptr_id, code, date, summary, category_id, "
            "source, ai_generated) VALUES (%s, %s, %s, %s, %s, '', %s)",
            [(pk, code, day, summary, risk, False) for pk, (code, day, summary, risk, _b) in rows],
        )
        cursor.executemany(
            "INSERT INTO content_casewarningpage (educationpage_ptr_id, body, legal_basis) "
            "VALUES (%s, %s, '[]')",
            [(pk, piece[-1]) for pk, piece in rows],
        )


def markdown(text: str) -> dict:
    return {"type": "markdown", "value": text}


def clauses(language: str) -> list[str]:
    """What stands between two signs in the demo's materials of a language."""
    ending = {"zh-hans": "", "kk-arab": "-kk-arab", "kk": "-kk"}[language]
    found = set()
    for path in sorted(MATERIALS.glob(f"*{ending}.md")):
        text = path.read_text().split("---", 2)[2]
        if language == "zh-hans" and path.stem.endswith(("-kk", "-kk-arab")):
            continue
        for between in re.split(r"[,.;:!?،؛؟，。；：？！\n|“”«»*（）()\[\]、]+", text):
            clause = between.strip(" -#1234567890")
            if len(clause) >= 4:
                found.add(clause)
    return sorted(found)


def title_of(words: list[str], language: str, rng: random.Random) -> str:
    """Some clauses, and in one title of five a number or an abbreviation."""
    joint = "，" if language == "zh-hans" else ", "
    parts = [rng.choice(words)[:14] for _ in range(TITLE_PARTS)]
    if rng.random() < 0.2:
        parts.insert(1, rng.choice(["2026年", "P2P", "App", "12378", "3·15", "VIP会员", "5G"]))
    return joint.join(parts)[:250]
