"""Importing what was previewed, all or nothing, and taking it back as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from content.models import PoImport
from content.translation import review, sibling
from content.translation.po_checking import IMPORTED, Entry, Verdict, check, snapshot
from content.translation.po_reading import read
from content.translation.saving import locked

DONE, UNDONE = "content.po_import.done", "content.po_import.undone"
# A preview that nobody acted on is forgotten.
PREVIEWS_KEPT = timedelta(days=2)


class CannotImport(Exception):  # noqa: N818 it is said to people, not raised at programmers
    """Nothing was written; the message says why."""


def preview(name: str, content: bytes, user, only: Translation | None = None) -> PoImport:
    """Read and check an upload; nothing of a translation changes. Raises UnreadablePo."""
    entries = check(read(name, content), user, only)
    old = PoImport.objects.filter(state=PoImport.State.PREVIEWED)
    old.filter(uploaded_at__lt=timezone.now() - PREVIEWS_KEPT).delete()
    return PoImport.objects.create(
        file_name=name[:200],
        uploaded_by=user,
        entries=[one.as_json() for one in entries],
        locales=sorted(set(_locales(entries).values())),
    )


@transaction.atomic
def commit(po_import: PoImport, taken: set[int], user) -> int:
    """Write what was previewed as new, changed or confirmed, and the conflicts whose numbers are
    taken; how many. The other script follows, as at the desk. Raises CannotImport, and then none is
    written."""
    po_import = _locked(po_import, PoImport.State.PREVIEWED)
    chosen = [
        one
        for number, one in enumerate(entries_of(po_import))
        if one.verdict in IMPORTED or (one.verdict == Verdict.CONFLICT and number in taken)
    ]
    if not chosen:
        raise CannotImport(_("There is nothing to import in this file."))
    with _pages_locked({one.translation for one in chosen}) as translations:
        _ask_to_write(translations.values(), user)
        written = _write(chosen, translations, user)
    po_import.written, po_import.state = written, PoImport.State.DONE
    po_import.done_at = timezone.now()
    po_import.save()
    log(po_import, DONE, user=user, data={"count": len(chosen), "file": po_import.file_name})
    return len(chosen)


def _ask_to_write(translations: Iterable[Translation], user) -> None:
    """What lies before legal review, or is approved, must not become another text. Raises
    CannotImport."""
    for translation in translations:
        page = translation.get_target_instance()
        standing = review.standing(page, user)
        if not standing.may_write:
            said = standing.kept or _("You may read this page, not change it.")
            raise CannotImport(f"“{page.draft_title}”: {said}")


def _write(chosen: list[Entry], translations: dict[int, Translation], user) -> list[dict]:
    """Every text, and after them what followed in the other script, as `written` keeps them."""
    locales = {pk: one.target_locale_id for pk, one in translations.items()}
    now = _rows(chosen, locales)
    segments = _present(chosen)
    written, own = [], defaultdict(list)
    for one in chosen:
        place = (locales.get(one.translation), one.string, one.context)
        row = now.get(place)
        if (one.translation, one.string, one.context) not in segments or (
            snapshot(row) != one.before
        ):
            said = _(
                "“%(place)s” was changed here since the preview. Nothing was imported: upload the "
                "file again and look at the new preview."
            )
            raise CannotImport(said % {"place": one.place})
        row = row or StringTranslation(
            locale_id=place[0], translation_of_id=one.string, context_id=one.context
        )
        row.data, row.translation_type, row.tool_name = one.text, "manual", ""
        row.last_translated_by, row.has_error, row.field_error = user, False, ""
        row.save()
        written.append({"row": row.pk, "before": one.before, "after": snapshot(row)})
        own[one.translation].append(row)
    return written + [
        followed for pk, rows in own.items() for followed in _followed(translations[pk], rows)
    ]


def _followed(translation: Translation, rows: list[StringTranslation]) -> Iterator[dict]:
    """Let the other script follow; what became of it there."""
    before = {row.pk: snapshot(row) for row in sibling.beside(translation, rows)}
    sibling.follow(translation, rows)
    for row in sibling.beside(translation, rows):
        if snapshot(row) != before.get(row.pk):
            yield {
                "row": row.pk,
                "before": before.get(row.pk),
                "after": snapshot(row),
                "followed": True,
            }


@contextmanager
def _pages_locked(keys: set[int]) -> Iterator[dict[int, Translation]]:
    """The translations by their number, while nobody else writes their pages; always in one order,
    so that two imports never wait for one another."""
    rows = Translation.objects.filter(pk__in=keys, enabled=True).order_by("source_id", "pk")
    rows = rows.select_related("source__specific_content_type", "target_locale")
    with ExitStack() as stack:
        for row in rows:
            stack.enter_context(locked(row))
        yield {row.pk: row for row in rows}


@transaction.atomic
def undo(po_import: PoImport, user) -> int:
    """Bring back what stood there before the import; how many texts. Raises CannotImport while one
    of them was edited, confirmed or taken away since, and then none comes back.

    What followed in the other script goes back with them; where a person has read or changed it
    since, it is theirs and stays.
    """
    po_import = _locked(po_import, PoImport.State.DONE)
    with _pages_locked({one.translation for one in entries_of(po_import)}) as translations:
        _ask_to_write(translations.values(), user)
        count = _take_back(po_import.written)
    po_import.state, po_import.undone_at = PoImport.State.UNDONE, timezone.now()
    po_import.save()
    log(po_import, UNDONE, user=user, data={"file": po_import.file_name})
    return count


def _take_back(written: list[dict]) -> int:
    rows = {
        row.pk: row
        for row in StringTranslation.objects.select_for_update(of=("self",))
        .select_related("context", "translation_of")
        .filter(pk__in=[one["row"] for one in written])
    }
    imported = [one for one in written if not one.get("followed")]
    for one in imported:
        row = rows.get(one["row"])
        if snapshot(row) != one["after"]:
            said = _("A translation was changed since the import: %(text)s. Nothing is taken back.")
            raise CannotImport(said % {"text": (row.data if row else one["after"]["data"])[:80]})
    for one in written:
        row = rows.get(one["row"])
        if snapshot(row) == one["after"]:
            _bring_back(row, one["before"])
    return len(imported)


def entries_of(po_import: PoImport) -> list[Entry]:
    """The entries of a preview."""
    return [Entry(**one) for one in po_import.entries]


def _locked(po_import: PoImport, state: str) -> PoImport:
    """The row under lock; raises CannotImport when somebody else was quicker."""
    row = PoImport.objects.select_for_update(of=("self",)).get(pk=po_import.pk)
    if row.state != state:
        said = _("This import is not “%(wanted)s” any more but “%(state)s”.")
        wanted = PoImport.State(state).label
        raise CannotImport(said % {"wanted": wanted, "state": row.get_state_display()})
    return row


def _locales(entries: list[Entry]) -> dict[int, int]:
    rows = Translation.objects.filter(pk__in={one.translation for one in entries}, enabled=True)
    return dict(rows.values_list("pk", "target_locale_id"))


def _rows(chosen: list[Entry], locales: dict[int, int]) -> dict[tuple, StringTranslation]:
    rows = (
        StringTranslation.objects.select_for_update(of=("self",))
        .select_related("context", "translation_of")
        .filter(context__in={one.context for one in chosen}, locale__in=set(locales.values()))
        .order_by("pk")
    )
    return {(row.locale_id, row.translation_of_id, row.context_id): row for row in rows}


def _present(chosen: list[Entry]) -> set[tuple]:
    rows = StringSegment.objects.filter(
        source__translations__in={one.translation for one in chosen}
    ).values_list("source__translations", "string_id", "context_id")
    return set(rows)


def _bring_back(row: StringTranslation, before: dict | None) -> None:
    if before is None:
        row.delete()
        return
    row.data, row.translation_type, row.tool_name = before["data"], before["type"], before["tool"]
    row.last_translated_by_id, row.has_error = before["by"], before["error"]
    row.field_error = before["field_error"]
    row.save()
