"""The interface's strings: found in the source, kept in catalogues, compiled. Pure Python.

GNU gettext is not needed: Babel reads Python, Django turns templates into something Babel reads,
polib reads and writes catalogues. `manage.py update_catalogues` is the command.

Which strings a language needs: zh_Hans holds all of them. The administration speaks Chinese only,
so kk and kk_Arab hold what the public sees, which is

- every string of a template, except templates of the administration (see is_public),
- every string of what those templates are made with (PUBLIC_PYTHON), and
- a Python string whose call has the comment `# Translators: public` on the line above it.

kk_Arab is made from kk by script conversion, except entries with the translator's comment "hand".
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

APPS = ("edu_cms", "campaigns", "content")
ALL_STRINGS, PUBLIC_STRINGS = "all", "public"
# Catalogue, the strings it holds, and its plural rule.
CATALOGUES = {
    "zh_Hans": (ALL_STRINGS, "nplurals=1; plural=0;"),
    "kk": (PUBLIC_STRINGS, "nplurals=2; plural=(n != 1);"),
    "kk_Arab": (PUBLIC_STRINGS, "nplurals=2; plural=(n != 1);"),
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PUBLIC_MARK = "Translators: public"
PUBLIC_PYTHON = (
    "content/templatetags/",
    "content/search/results.py",
    "campaigns/reports/published.py",
)
HAND = "hand"
# %(name)s, %s, %%, {name}: kept as they are in every language.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif%]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass
class Message:
    """One string of the interface and where it stands."""

    context: str | None
    text: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)
    public: bool = False

    @property
    def key(self) -> Key:
        return (self.context, self.text)


# --- Finding --------------------------------------------------------------------------------------


def find_messages(root: Path) -> dict[Key, Message]:
    """Every string of the three packages below root."""
    found: dict[Key, Message] = {}
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix == ".py" and "migrations" not in path.parts:
                messages = messages_in_python(
                    path.read_text(encoding="utf-8"), name.startswith(PUBLIC_PYTHON)
                )
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                messages = messages_in_template(path.read_text(encoding="utf-8"), is_public(name))
            else:
                continue
            for message in messages:
                held = found.setdefault(message.key, message)
                held.files.add(name)
                held.public = held.public or message.public
                held.plural = held.plural or message.plural
    return found


def is_public(template: str) -> bool:
    """Whether the public sees that template: not one of the administration.

    The administration's templates lie in a folder called wagtailadmin, admin or preview, or are a
    floor's of campaigns; of those only channels/ renders for readers (the packages for partners).
    """
    parts = PurePosixPath(template).parts
    if {"wagtailadmin", "admin", "preview", "previews"} & set(parts):
        return False
    return parts[0] != "campaigns" or "channels" in parts or "public" in parts


def messages_in_python(source: str, public: bool = False) -> Iterator[Message]:
    """The strings of calls to gettext and its kin."""
    found = extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for _line, text, comments, context in found:
        yield _message(text, context, public=public or PUBLIC_MARK in comments)


def messages_in_template(source: str, public: bool = True) -> Iterator[Message]:
    """The strings of {% translate %}, {% blocktranslate %} and _("…") in a template."""
    # Line by line: what is no call has become X and S, whose indentation is not Python's.
    for line in templatize(source).splitlines():
        for _line, text, _comments, context in extract(
            "python", BytesIO(line.strip().encode()), keywords=KEYWORDS
        ):
            yield _message(text, context, public=public)


def _message(text: str | tuple, context: str | None, *, public: bool) -> Message:
    singular, plural = text if isinstance(text, tuple) else (text, None)
    return Message(context, singular, plural, public=public)


# --- Keeping --------------------------------------------------------------------------------------


def wanted(messages: dict[Key, Message], catalogue: str) -> dict[Key, Message]:
    """The messages that a catalogue holds."""
    scope, _plurals = CATALOGUES[catalogue]
    return {key: m for key, m in messages.items() if scope == ALL_STRINGS or m.public}


def merge(
    messages: dict[Key, Message], held: Iterable[polib.POEntry], catalogue: str
) -> polib.POFile:
    """A catalogue of exactly these messages, with the translations that are held already.

    In the order of the strings and with files but no line numbers, so that moving code changes
    nothing here.
    """
    translated = {(entry.msgctxt, entry.msgid): entry for entry in held if not entry.obsolete}
    result = polib.POFile(wrapwidth=100)
    result.metadata = {
        "Language": catalogue,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": CATALOGUES[catalogue][1],
    }
    for key in sorted(messages, key=lambda key: (key[1], key[0] or "")):
        result.append(_entry(messages[key], translated.get(key), catalogue))
    return result


def _entry(message: Message, before: polib.POEntry | None, catalogue: str) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.context,
        msgid=message.text,
        occurrences=[(name, "") for name in sorted(message.files)],
    )
    if before is not None:
        entry.tcomment, entry.flags = before.tcomment, before.flags
    if message.plural is None:
        entry.msgstr = before.msgstr if before else ""
        return entry
    entry.msgid_plural = message.plural
    forms = 1 if "nplurals=1" in CATALOGUES[catalogue][1] else 2
    held = before.msgstr_plural if before else {}
    first = before.msgstr if before else ""
    entry.msgstr_plural = {n: held.get(n, first) for n in range(forms)}
    return entry


def convert(source: polib.POFile, held: polib.POFile, to_script: Callable[[str], str]) -> None:
    """Fill a catalogue with the translations of another one, put into another script.

    The script conversion itself keeps placeholders, tags and entities.
    Entries whose translator's comment is "hand" stay as a person wrote them.
    """
    originals = {(entry.msgctxt, entry.msgid): entry for entry in source}
    for entry in held:
        original = originals.get((entry.msgctxt, entry.msgid))
        if original is None or entry.tcomment.strip() == HAND:
            continue
        entry.flags = list(original.flags)
        entry.msgstr = to_script(original.msgstr)
        entry.msgstr_plural = {n: to_script(text) for n, text in original.msgstr_plural.items()}


# --- Judging --------------------------------------------------------------------------------------


def problems(catalogue: polib.POFile) -> Iterator[str]:
    """What is wrong with the translations, one line each, naming the string."""
    for entry in catalogue:
        # The singular may leave the number out ("one page"): either form's placeholders will do.
        original = entry.msgid_plural or entry.msgid
        translations = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if not all(translations):
            yield f"no translation: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"marked fuzzy: {entry.msgid!r}"
        else:
            differing = [
                text
                for text in translations
                if placeholders(text) != placeholders(original)
                and not (entry.msgid_plural and placeholders(text) == placeholders(entry.msgid))
            ]
            if differing:
                yield f"placeholders differ: {entry.msgid!r} -> {differing[0]!r}"


def placeholders(text: str) -> list[str]:
    """The placeholders of a text, in no particular order; %% is a mere percent sign."""
    return sorted(found for found in PLACEHOLDER.findall(text) if found != "%%")


# --- Files ----------------------------------------------------------------------------------------


def po_path(folder: Path, catalogue: str) -> Path:
    return folder / catalogue / "LC_MESSAGES" / "django.po"


def read(folder: Path, catalogue: str) -> polib.POFile:
    """The catalogue as it lies there; an empty one where none does."""
    path = po_path(folder, catalogue)
    return polib.pofile(str(path), encoding="utf-8") if path.is_file() else polib.POFile()


def updated(root: Path, folder: Path, to_arabic: Callable[[str], str]) -> dict[str, polib.POFile]:
    """All catalogues as the source and the translations that are held would have them."""
    messages = find_messages(root)
    result = {name: merge(wanted(messages, name), read(folder, name), name) for name in CATALOGUES}
    convert(result["kk"], result["kk_Arab"], to_arabic)
    return result


def write(folder: Path, catalogue: str, content: polib.POFile) -> bool:
    """Write the catalogue; True when that changed something."""
    path = po_path(folder, catalogue)
    text = f"{content}\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def compile_all(folder: Path) -> list[Path]:
    """Compile what changed; return the compiled files that are new.

    Each is replaced as a whole, so that a site that is running never reads half a catalogue.
    """
    written = []
    for catalogue in CATALOGUES:
        source = po_path(folder, catalogue)
        if not source.is_file():
            continue
        content, target = read(folder, catalogue).to_binary(), source.with_suffix(".mo")
        if target.is_file() and target.read_bytes() == content:
            continue
        temporary = target.with_suffix(".mo.new")
        temporary.write_bytes(content)
        temporary.replace(target)
        written.append(target)
    return written
