"""Many pieces for the queue's benchmark, at every stage in both Kazakh scripts, seeded.

Rows go in in bulk, as wagtail-localize and Wagtail would leave them: through their own functions
2,000 pieces would take the better part of an hour. Each piece has twelve texts of the demo's own
words: title, summary, and ten in the body at three places.
"""

import json
import random
import uuid
from datetime import date, timedelta
from typing import NamedTuple

from tests.benchmarks.search_pages import clauses, insert, title_of

LANGUAGES = ("kk-arab", "kk")
PLACES = {"case": 4, "analysis": 3, "risk_tips": 3}
# Where pieces stand in Arabic script and in Cyrillic, in turn.
STAGES = (
    ("none", "none"),
    ("none", "none"),
    ("half", "none"),
    ("half", "half"),
    ("done", "converted"),
    ("review", "converted"),
    ("published", "review"),
    ("published", "published"),
    ("changed", "changed"),
    ("by hand", "none"),
)
PUBLIC = ("published", "changed", "by hand")
CAMPAIGNS, PUSHES = 4, 0.1
BATCH = 2000


class Piece(NamedTuple):
    """The Chinese of one piece, and where its versions stand."""

    key: uuid.UUID
    code: str
    title: str
    summary: str
    # Texts by the kind of block.
    body: dict[str, list[str]]
    stages: dict[str, str]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Path and text of each segment."""
        told = [("title", self.title), ("summary", self.summary)]
        for kind, lines in self.body.items():
            path = f"body.{uuid.uuid5(self.key, kind)}"
            told += [(path, line) for line in lines]
        return told

    @property
    def body_json(self) -> str:
        blocks = [
            {
                "type": kind,
                "id": str(uuid.uuid5(self.key, kind)),
                "value": {
                    "heading": "",
                    "text": [{"type": "markdown", "value": "\n\n".join(lines)}],
                },
            }
            for kind, lines in self.body.items()
        ]
        return json.dumps(blocks)


def make(count: int, translators: list) -> None:
    """Lay that many published pieces; half of what is open is given to the translators in turn."""
    from wagtail.models import Locale

    rng = random.Random(20261129)
    words = clauses("zh-hans")
    locales = {one.language_code: one for one in Locale.objects.all()}
    pieces = [_piece(n, words, rng) for n in range(count)]
    pages = _lay_pages(pieces, locales)
    _lay_translations(pieces, locales)
    _lay_reviews(pieces, pages)
    _lay_records(pieces, pages)
    _give_out(pieces, locales, translators, rng)
    _plan_pushes(pieces, pages, rng)


def _piece(n: int, words: list[str], rng: random.Random) -> Piece:
    def text(number: int) -> str:
        # No two alike: wagtail-localize keeps each text of a language once.
        return f"{'，'.join(rng.choices(words, k=3))}（{n}之{number}）。"

    numbers = iter(range(2, 99))
    return Piece(
        uuid.UUID(int=rng.getrandbits(128)),
        f"piece-{n}",
        f"{title_of(words, 'zh-hans', rng)[:80]}{n}",
        text(1),
        {kind: [text(next(numbers)) for _ in range(lines)] for kind, lines in PLACES.items()},
        dict(zip(LANGUAGES, STAGES[n % len(STAGES)], strict=True)),
    )


# --- Pages ----------------------------------------------------------------------------------------


def _lay_pages(pieces: list[Piece], locales: dict) -> dict[tuple, int]:
    """The Chinese pages and the versions; their numbers by code and language."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page

    from content.models import CaseWarningPage, Category, SectionPage

    content_type = ContentType.objects.get_for_model(CaseWarningPage)
    category = Category.objects.values_list("pk", flat=True).first()
    published_at = timezone.now() - timedelta(days=30)
    pages, rows, keys = [], [], []
    for language in ("zh-hans", *LANGUAGES):
        parent = SectionPage.objects.get(kind="cases", locale__language_code=language)
        these = [one for one in pieces if one.stages.get(language) != "none"]
        for number, one in enumerate(these, start=1):
            is_live = language == "zh-hans" or one.stages[language] in PUBLIC
            code = one.code if language == "zh-hans" else f"{one.code}-{language}"
            pages.append(
                Page(
                    title=one.title, draft_title=one.title, slug=code, live=is_live,
                    url_path=f"{parent.url_path}{code}/", depth=parent.depth + 1,
                    path=parent.path + Page._int2str(number).rjust(Page.steplen, "0"),
                    content_type=content_type, locale=locales[language], translation_key=one.key,
                    last_published_at=published_at if is_live else None,
                    has_unpublished_changes=not is_live,
                )
            )  # fmt: skip
            rows.append((code, date(2026, 3, 9), one.summary[:300], category, one.body_json))
            keys.append((one.code, language))
        Page.objects.filter(pk=parent.pk).update(numchild=len(these))
    insert(pages, rows)
    return dict(zip(keys, (page.pk for page in pages), strict=True))


# --- wagtail-localize's tables --------------------------------------------------------------------


def _lay_translations(pieces: list[Piece], locales: dict) -> None:
    """Sources, segments and texts of what was begun by wagtail-localize."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page
    from wagtail_localize.models import TranslatableObject, Translation, TranslationSource

    from content.models import CaseWarningPage

    chinese, now = locales["zh-hans"], timezone.now() - timedelta(days=40)
    page_type = ContentType.objects.get_for_model(Page)
    case_type = ContentType.objects.get_for_model(CaseWarningPage)
    begun = [one for one in pieces if set(one.stages.values()) - {"none", "by hand"}]
    _put(TranslatableObject(translation_key=one.key, content_type=page_type) for one in begun)
    sources = _put(
        TranslationSource(
            object_id=one.key, specific_content_type=case_type, locale=chinese,
            object_repr=one.title, last_updated_at=now,
            content_json=json.dumps(
                {"title": one.title, "summary": one.summary, "body": one.body_json}
            ),
        )
        for one in begun
    )  # fmt: skip
    _put(
        Translation(source=source, target_locale=locales[language])
        for one, source in zip(begun, sources, strict=True)
        for language in _begun_in(one)
    )
    places = _lay_segments(begun, sources, chinese)
    _lay_texts(begun, places, locales)


def _begun_in(piece: Piece) -> list[str]:
    return [name for name, stage in piece.stages.items() if stage not in ("none", "by hand")]


def _lay_segments(begun: list[Piece], sources: list, chinese) -> list[list[tuple]]:
    """The segments; String and context of each, piece by piece."""
    from wagtail_localize.models import String, StringSegment, TranslationContext

    told = [(one, source, *text) for one, source in zip(begun, sources, strict=True)
            for text in one.texts]  # fmt: skip
    hashed, path_id = String._get_data_hash, TranslationContext._get_path_id
    strings = _put(String(locale=chinese, data=text, data_hash=hashed(text)) for *_, text in told)
    paths = dict.fromkeys((one.key, path) for one, _source, path, _text in told)
    contexts = _put(
        TranslationContext(object_id=key, path=path, field_path=path.split(".")[0],
                           path_id=path_id(path))
        for key, path in paths
    )  # fmt: skip
    context_of = dict(zip(paths, contexts, strict=True))
    segments = _put(
        StringSegment(source=source, context=context_of[one.key, path], string=string, order=n)
        for n, ((one, source, path, _text), string) in enumerate(zip(told, strings, strict=True))
    )
    by_source: dict[int, list[tuple]] = {}
    for segment in segments:
        by_source.setdefault(segment.source_id, []).append((segment.string, segment.context))
    return [by_source[source.pk] for source in sources]


def _lay_texts(begun: list[Piece], places: list[list[tuple]], locales: dict) -> None:
    """What stands for the texts; of what was changed, for one of the body as it was before."""
    from wagtail_localize.models import String, StringTranslation

    earlier = {}
    for one in begun:
        text = f"原来的说法（{one.code}）。"
        hashed = String._get_data_hash(text)
        earlier[one.code] = String(locale=locales["zh-hans"], data=text, data_hash=hashed)
    _put(earlier.values())
    texts = []
    for one, its in zip(begun, places, strict=True):
        for language in _begun_in(one):
            stage = one.stages[language]
            for n, (string, context) in enumerate(its):
                if stage == "half" and n % 2:
                    continue
                if stage == "changed" and n == len(its) - 1:
                    string = earlier[one.code]  # noqa: PLW2901 what stood there before
                texts.append(
                    StringTranslation(
                        translation_of=string, context=context, locale=locales[language],
                        data=f"ءماتىن {n}", tool_name="",
                        translation_type="machine" if stage == "converted" else "manual",
                    )
                )  # fmt: skip
    _put(texts)
    # As long ago as the sources: what is published says what stands here.
    StringTranslation.objects.update(updated_at=_long_ago())


def _long_ago():
    from django.utils import timezone

    return timezone.now() - timedelta(days=40)


# --- What is told of versions ---------------------------------------------------------------------


def _lay_reviews(pieces: list[Piece], pages: dict) -> None:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page, Workflow, WorkflowState

    from content.models import CaseWarningPage

    case_type = ContentType.objects.get_for_model(CaseWarningPage)
    page_type = ContentType.objects.get_for_model(Page)
    workflow = Workflow.objects.first()
    _put(
        WorkflowState(
            content_type=case_type, base_content_type=page_type, workflow=workflow,
            object_id=str(pages[one.code, language]), status=WorkflowState.STATUS_IN_PROGRESS,
        )
        for one in pieces
        for language, stage in one.stages.items()
        if stage == "review"
    )  # fmt: skip


def _lay_records(pieces: list[Piece], pages: dict) -> None:
    from content.models import VersionRecord

    _put(
        VersionRecord(
            page_id=pages[one.code, language],
            words_then={"title": one.title, "summary": one.summary, "body": one.body},
            stale_since=_long_ago() if stage in ("by hand", "changed") else None,
        )
        for one in pieces
        for language, stage in one.stages.items()
        if stage in PUBLIC
    )


def _give_out(pieces: list[Piece], locales: dict, translators: list, rng: random.Random) -> None:
    from content.models import TranslationWork

    today = date.today()  # noqa: DTZ011 some days around now
    work = []
    for one in pieces:
        for language, stage in one.stages.items():
            if stage not in PUBLIC and rng.random() < 0.5:
                work.append(
                    TranslationWork(
                        translation_key=one.key, locale=locales[language],
                        assigned_to=translators[len(work) % len(translators)],
                        due_on=today + timedelta(days=rng.randint(-5, 40)),
                    )
                )  # fmt: skip
    _put(work)


def _plan_pushes(pieces: list[Piece], pages: dict, rng: random.Random) -> None:
    """Some campaigns to come, some of which go out in both languages, need one piece in ten."""
    from django.utils import timezone

    from campaigns.models import Push
    from tests.factories import AccountFactory, EditionFactory

    account, now = AccountFactory(), timezone.now()
    editions = [
        EditionFactory(code=f"bench-{n}", year=2030 + n, needs_both_languages=bool(n % 2))
        for n in range(CAMPAIGNS)
    ]
    _put(
        Push(
            edition=rng.choice(editions), page_id=pages[one.code, "zh-hans"], language=language,
            account=account, slot=n + 1, scheduled_at=at, try_at=at,
        )
        for n, one in enumerate(rng.sample(pieces, int(len(pieces) * PUSHES)))
        for language, at in [
            (rng.choice(("zh-hans", *LANGUAGES)), now + timedelta(days=rng.randint(1, 60)))
        ]
    )  # fmt: skip


def _put(rows) -> list:
    """Store them; they know their numbers then."""
    rows = list(rows)
    return type(rows[0]).objects.bulk_create(rows, batch_size=BATCH) if rows else []
