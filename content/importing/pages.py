"""Between pages and Materials, in both directions.

What a page says is defined by the text it is written out as: its blocks become that text, and the
text is read back. So whatever an editor builds in the admin, importing its export changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import PurePosixPath

from django.utils.dateparse import parse_date
from wagtail.models import Locale

from content.importing import material as m
from content.importing.assets import tidy_name
from content.importing.front_matter import Limits, Vocabulary
from content.importing.rich_text import rich_text_to_markdown
from content.importing.sections import divide, render
from content.importing.store import AssetStore
from content.models import (
    ArticlePage,
    Audience,
    CaseWarningPage,
    Category,
    EducationImage,
    EducationPage,
    SectionPage,
    VideoPage,
)

MODELS = {m.CASE: CaseWarningPage, m.ARTICLE: ArticlePage, m.VIDEO: VideoPage}
TYPE_OF = {model: type_ for type_, model in MODELS.items()}


def vocabulary() -> Vocabulary:
    """The categories and audiences of this installation, by slug and by Chinese name."""

    def words(model) -> dict[str, str]:
        rows = list(model.objects.values_list("slug", "name"))
        return {name: slug for slug, name in rows} | {slug: slug for slug, _name in rows}

    return Vocabulary(words(Category), words(Audience))


def limits() -> Limits:
    """How much each field of a page holds, as the models say."""

    def most(model, name: str) -> int:
        return model._meta.get_field(name).max_length  # noqa: SLF001 Django's documented API

    citation = CaseWarningPage.legal_basis.field.stream_block.child_blocks["citation"]
    return Limits(
        title=most(EducationPage, "title"),
        code=most(EducationPage, "code"),
        source=most(EducationPage, "source"),
        summary=most(EducationPage, "summary"),
        legal_basis=citation.field.max_length,
        video=most(VideoPage, "video_url"),
    )


def has_legal_basis(type_: str) -> bool:
    """Whether pages of that type keep citations."""
    return "legal_basis" in _fields(MODELS[type_])


def _fields(model) -> dict:
    return {f.name: f for f in model._meta.get_fields()}  # noqa: SLF001 Django's documented API


@dataclass
class Shelves:
    """The sections of the zone, by language and kind and by place in the tree."""

    by_kind: dict[tuple[str, str], SectionPage] = field(default_factory=dict)
    by_path: dict[str, SectionPage] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Shelves":
        shelves = cls()
        for section in SectionPage.objects.select_related("locale").order_by("path"):
            shelves.by_kind.setdefault((section.locale.language_code, section.kind), section)
            shelves.by_path[section.path] = section
        return shelves

    def of(self, page: EducationPage) -> SectionPage | None:
        return self.by_path.get(page.path[: -page.steplen])


@dataclass(frozen=True)
class Relative:
    """A version of a piece in some language."""

    code: str
    language: str
    pk: int


class Families:
    """Which pieces are versions of one another."""

    def __init__(self, keys: Iterable, *, only: set[int] | None = None) -> None:
        self.members: dict[object, list[Relative]] = defaultdict(list)
        rows = EducationPage.objects.filter(translation_key__in=set(keys)).order_by("pk")
        for key, *row in rows.values_list("translation_key", "code", "locale__language_code", "pk"):
            if only is None or row[2] in only:
                self.members[key].append(Relative(*row))

    def original_of(self, page: EducationPage) -> str:
        """The code of the piece that this page translates: Chinese, else the oldest; else ''."""
        members = self.members.get(page.translation_key, [])
        chinese = [r for r in members if r.language == "zh-hans"]
        original = (chinese or members or [None])[0]
        return "" if original is None or original.pk == page.pk else original.code


class PageReader:
    """Reads pages as Materials. Loads what many pages share once."""

    def __init__(self, shelves: Shelves, families: Families) -> None:
        self.shelves = shelves
        self.families = families
        self.categories = dict(Category.objects.values_list("pk", "slug"))
        self.audiences = dict(Audience.objects.values_list("pk", "slug"))
        self.languages = dict(Locale.objects.values_list("pk", "language_code"))
        self._images: dict[int, m.Asset | None] = {}
        self._live_audiences: dict[int, list[str]] | None = None

    def prepare(self, pages: Iterable[EducationPage]) -> None:
        """Load the audiences of these pages in one query."""
        self._live_audiences = defaultdict(list)
        through = EducationPage.audiences.through
        rows = through.objects.filter(educationpage__in=[page.pk for page in pages])
        for page, audience in rows.values_list("educationpage_id", "audience_id"):
            self._live_audiences[page].append(self.audiences[audience])

    def read(self, page: EducationPage, *, live: bool = False) -> m.Material:
        """The page's newest content, or with `live` what readers see now."""
        code, place = page.code, self.shelves.of(page)
        audiences = self._audiences_of(page)
        if not live and page.has_unpublished_changes and (revision := page.latest_revision):
            content = revision.content
            audiences = [
                self.audiences[pk] for pk in content.get("audiences", []) if pk in self.audiences
            ]
            page = revised(page, content)
        type_ = TYPE_OF[type(page)]
        language = self.languages[page.locale_id]
        assets: dict[str, m.Asset] = {}
        sections, transcript = self._body(page, type_, language, assets)
        image = self._image(page.image_id, assets)
        extra = self._video(page, assets) if type_ == m.VIDEO else {}
        citations = page.legal_basis if has_legal_basis(type_) else []
        return m.Material(
            type=type_,
            code=code,
            title=" ".join(page.title.split()),
            lang=language,
            translation_of=self.families.original_of(page),
            category=self.categories.get(page.category_id, ""),
            audiences=tuple(sorted(set(audiences))),
            source=" ".join(page.source.split()),
            legal_basis=tuple(filter(None, (" ".join(b.value.split()) for b in citations))),
            summary=page.summary.replace("\r\n", "\n").strip(),
            date=page.date,
            ai_generated=page.ai_generated,
            image=image,
            section=place.kind if place else m.SHELF[type_],
            sections=sections,
            transcript=transcript,
            assets=assets,
            **extra,
        )

    def _audiences_of(self, page: EducationPage) -> list[str]:
        if self._live_audiences is None:
            return [audience.slug for audience in page.audiences.all()]
        return self._live_audiences.get(page.pk, [])

    def _body(self, page, type_: str, language: str, assets: dict[str, m.Asset]):
        if type_ == m.CASE:
            sections = tuple(
                m.Section(
                    block.block_type,
                    " ".join((block.value.get("heading") or "").split()),
                    tuple(self._parts(block.value.get("text") or [], assets)),
                )
                for block in page.body
            )
        else:
            sections = (m.Section(m.RUNNING_TEXT, "", tuple(self._parts(page.body, assets))),)
        transcript = getattr(page, "transcript", "")
        text = render(sections, transcript, type_, language, careful=True)
        divided = divide(text, type_, language)
        return divided.sections, divided.transcript

    def _parts(self, stream, assets: dict[str, m.Asset]) -> Iterable[m.Part]:
        for block in stream:
            value = block.value
            match block.block_type:
                case "paragraph":
                    yield m.Text(rich_text_to_markdown(value.source))
                case "markdown":
                    yield m.Text(value)
                case "figure":
                    if picture := value.get("image"):
                        alt = "" if picture.decorative else picture.contextual_alt_text or ""
                        hash_ = self._image(picture.pk, assets)
                        yield m.Figure(hash_, alt, value.get("caption") or "")
                case "quote":
                    yield m.Quote(value.get("text") or "", value.get("who") or "")
                case "callout":
                    yield m.Callout(value.get("title") or "", value.get("text") or "")

    def _image(self, pk: int | None, assets: dict[str, m.Asset]) -> str:
        """The picture's hash; its asset is noted. A picture that is gone counts as none."""
        if pk is None:
            return ""
        if pk not in self._images:
            image = EducationImage.objects.filter(pk=pk).first()
            self._images[pk] = image and _asset(image.file, "sha1", image.file_hash)
        asset = self._images[pk]
        if asset is None:
            return ""
        assets[asset.hash] = asset
        return asset.hash

    def _video(self, page: VideoPage, assets: dict[str, m.Asset]) -> dict:
        video = page.video and _asset(page.video.file, "sha256", page.video.file_hash)
        captions = page.captions and _asset(page.captions, "sha256", "")
        for asset in filter(None, (video, captions)):
            assets[asset.hash] = asset
        return {
            "video": video.hash if video else "",
            "video_url": page.video_url,
            "captions": captions.hash if captions else "",
            "duration": page.duration,
        }


# What an import reads of a page; everything else in a revision is not content of the piece.
_PLAIN = ("title", "summary", "source", "ai_generated", "video_url", "captions", "duration",
          "transcript")  # fmt: skip
_KEYS = {"category": "category_id", "image": "image_id", "video": "video_id"}


def revised(page: EducationPage, content: dict) -> EducationPage:
    """An unsaved copy with the content of a revision. For reading only: it costs no query."""
    copy = type(page)(pk=page.pk, path=page.path, locale_id=page.locale_id,
                      translation_key=page.translation_key)  # fmt: skip
    fields = _fields(type(page))
    for name in _PLAIN:
        if name in fields:
            setattr(copy, name, content.get(name, getattr(page, name)))
    for name, column in _KEYS.items():
        if name in fields:
            setattr(copy, column, content.get(name))
    copy.date = parse_date(content.get("date") or "") or page.date
    for name in ("body", "legal_basis"):
        if name in fields:
            setattr(copy, name, fields[name].to_python(content.get(name) or "[]"))
    return copy


def _asset(stored, algorithm: str, known: str) -> m.Asset:
    """A stored file by its hash; one that is missing from the disk keeps a hash of its name."""

    def opened():
        return stored.storage.open(stored.name, "rb")

    if not known:
        try:
            with opened() as stream:
                known = file_digest(stream, algorithm).hexdigest()
        except OSError:
            known = f"missing-{stored.name}"
    name = PurePosixPath(stored.name)
    return m.Asset(known, tidy_name(name.stem, name.suffix.lower()), opened)


def fill(
    page: EducationPage, wanted: m.Material, current: m.Material | None, store: AssetStore
) -> None:
    """Give the page the wanted content. Parts that say the same already keep their own form."""
    page.title = wanted.title
    page.draft_title = wanted.title
    page.summary = wanted.summary
    page.source = wanted.source
    page.ai_generated = wanted.ai_generated
    if wanted.date:
        page.date = wanted.date
    page.category = Category.objects.get(slug=wanted.category) if wanted.category else None

    def differs(name: str) -> bool:
        return current is None or getattr(current, name) != getattr(wanted, name)

    if differs("audiences"):
        page.audiences.set(list(Audience.objects.filter(slug__in=wanted.audiences)))
    if differs("image"):
        page.image = store.image(wanted.image, wanted)
    if differs("sections"):
        page.body = _stream(wanted, store)
    if has_legal_basis(wanted.type) and differs("legal_basis"):
        page.legal_basis = [("citation", citation) for citation in wanted.legal_basis]
    if wanted.type != m.VIDEO:
        return
    page.video_url = wanted.video_url
    page.duration = wanted.duration
    page.transcript = wanted.transcript
    if differs("video"):
        page.video = store.video(wanted.video, wanted)
    if differs("captions"):
        page.captions = store.captions(wanted.captions, wanted, page)


def _stream(wanted: m.Material, store: AssetStore) -> list[tuple[str, object]]:
    def blocks(parts: Iterable[m.Part]) -> list[tuple[str, object]]:
        return [_block(part, wanted, store) for part in parts]

    if wanted.type == m.CASE:
        return [
            (section.kind, {"heading": section.heading, "text": blocks(section.parts)})
            for section in wanted.sections
        ]
    return [block for section in wanted.sections for block in blocks(section.parts)]


def _block(part: m.Part, wanted: m.Material, store: AssetStore) -> tuple[str, object]:
    match part:
        case m.Text(text):
            return "markdown", text
        case m.Quote(text, who):
            return "quote", {"text": text, "who": who}
        case m.Callout(title, text):
            return "callout", {"title": title, "text": text}
        case m.Figure(hash_, alt, caption):
            picture = {
                "image": store.image(hash_, wanted), "alt_text": alt, "decorative": not alt,
            }  # fmt: skip
            return "figure", {"image": picture, "caption": caption}
