"""Terms from a file: checked row by row, shown, and brought in exactly as shown, or not at all.

Nothing of the preview is trusted when it is brought in: the rows are weighed again against the
glossary as it stands then, and only if the same comes out is anything written.
"""

import copy
from collections import Counter
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from content.glossary import csv_files, keeping, matching, tbx_reading, wording
from content.glossary.rows import (
    COLUMNS,
    FIELDS,
    MOST_BYTES,
    TermRow,
    UnreadableFileError,
    values_of,
)
from content.models import GlossaryImport, GlossaryTerm
from content.search import vocabulary

NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"
# What nobody brought in by then is not kept.
KEPT = timedelta(days=14)


class StalePreviewError(Exception):
    """The glossary has changed since the rows were checked; the preview is made anew."""


class SettledError(Exception):
    """The file has been brought in already."""


def stage(data: bytes, file_name: str, user) -> GlossaryImport:
    """Check a file and keep what it would change, for the user to look at.

    Raises UnreadableFileError for what is no file of terms.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(
            _("Larger than %(most)d MB: split the file.") % {"most": MOST_BYTES // 1024**2}
        )
    is_xml = data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \r\n\t").startswith((b"<", b"<\0"))
    file = tbx_reading.read(data) if is_xml else csv_files.read(data)
    if not file.rows:
        raise UnreadableFileError(_("There is no row below the headings."))
    staged = GlossaryImport(file_name=file_name[:200], staged_by=user, skipped=file.skipped)
    _put(staged, check(file.rows, user))
    with transaction.atomic():
        open_ones = GlossaryImport.objects.filter(state=GlossaryImport.State.READY)
        open_ones.filter(staged_at__lt=timezone.now() - KEPT).delete()
        staged.save()
    return staged


def _put(staged: GlossaryImport, weighed: list[dict]) -> None:
    staged.rows = weighed
    staged.counts = dict(Counter(row["outcome"] for row in weighed))


def check(rows: list[TermRow], user) -> list[dict]:
    """What each row comes to, as plain data: number, given, outcome, pk, before, after, problems.

    `given` are the file's own words, `misread` what was wrong with them already on reading,
    `before` and `after` the fields that differ.
    """
    standing = list(GlossaryTerm.objects.all())
    by_zh = {wording.folded(term.zh): term for term in standing}
    owners = {
        word: (term.pk, term.zh) for term in standing for word in map(wording.folded, term.chinese)
    }
    seen: dict[str, int] = {}
    return [_weigh(row, by_zh, owners, seen, user) for row in rows]


def _weigh(row: TermRow, by_zh: dict, owners: dict, seen: dict, user) -> dict:
    key = wording.folded(row.values.get("zh", ""))
    before = by_zh.get(key)
    problems = list(row.problems)
    if not key:
        problems.append(("zh", _("The Chinese term is missing.")))
    elif key in seen:
        problems.append(("zh", _("The same term stands in row %(row)d.") % {"row": seen[key]}))
    seen.setdefault(key, row.number)
    found = {
        "number": row.number,
        "given": row.values,
        "adds": row.adds,
        "misread": [[name, str(text)] for name, text in row.problems],
        "pk": before.pk if before else None,
        "zh": row.values.get("zh", ""),
        "before": {},
        "after": {},
    }
    if not problems:
        term = _result(row, before, user)
        problems = _problems(term, owners)
        found |= _difference(before, term)
    found["outcome"] = ERROR if problems else _outcome(before, found)
    found["problems"] = [{"field": name, "message": str(text)} for name, text in problems]
    if not problems:
        for word in map(wording.folded, term.chinese):
            owners[word] = (term.pk or f"row {row.number}", term.zh)
    return found


def _result(row: TermRow, before: GlossaryTerm | None, user) -> GlossaryTerm:
    """The term as the row leaves it; not saved."""
    term = copy.copy(before) if before else GlossaryTerm()
    for name, value in row.values.items():
        if name == "zh" and before:
            continue
        adds = row.adds and name in wording.LISTS
        setattr(term, name, f"{getattr(term, name)}\n{value}" if adds else value)
    keeping.settle(term, before, user)
    return term


def _problems(term: GlossaryTerm, owners: dict) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        term.clean_fields(exclude=["approved_by"])
    except ValidationError as error:
        found += [(name, text) for name, texts in error.message_dict.items() for text in texts]
    found += [(name, text) for name, texts in wording.problems(term).items() for text in texts]
    for word in term.chinese:
        pk, zh = owners.get(wording.folded(word), (term.pk, term.zh))
        if pk != term.pk:
            found.append(("zh" if word == term.zh else "synonyms", wording.taken(word, zh)))
    return found


def _difference(before: GlossaryTerm | None, term: GlossaryTerm) -> dict:
    then = values_of(before) if before else dict.fromkeys(FIELDS, "")
    now = values_of(term)
    differs = [name for name in FIELDS if then[name] != now[name]]
    return {
        "before": {name: then[name] for name in differs},
        "after": {name: now[name] for name in differs},
    }


def _outcome(before: GlossaryTerm | None, found: dict) -> str:
    if before is None:
        return NEW
    return CHANGED if found["after"] else UNCHANGED


def commit(staged: GlossaryImport, user) -> dict[str, int]:
    """Bring the right rows in, in the user's name; how many came to what.

    Raises SettledError where that was done already, and StalePreviewError where the rows would now
    come to something else than was shown: then nothing is written but a new preview.
    """
    try:
        with transaction.atomic():
            fresh = GlossaryImport.objects.select_for_update().get(pk=staged.pk)
            if fresh.state != GlossaryImport.State.READY:
                raise SettledError
            # Nobody changes a term between being weighed and being written.
            list(GlossaryTerm.objects.select_for_update().order_by("pk").values_list("pk"))
            weighed = check(_rows(fresh), user)
            stale = weighed != fresh.rows
            _put(fresh, weighed)
            if not stale:
                _write(fresh, user)
                fresh.state, fresh.rows = GlossaryImport.State.COMMITTED, []
            fresh.save()
    except IntegrityError as error:
        # Somebody added one of the new terms in the same instant.
        raise StalePreviewError from error
    if stale:
        raise StalePreviewError
    return fresh.counts


def _rows(staged: GlossaryImport) -> list[TermRow]:
    """The file's rows again, with what reading it found wrong."""
    return [
        TermRow(row["number"], row["given"], row["adds"], [tuple(one) for one in row["misread"]])
        for row in staged.rows
    ]


def _write(staged: GlossaryImport, user) -> None:
    standing = GlossaryTerm.objects.in_bulk([row["pk"] for row in staged.rows if row["pk"]])
    made, changed = [], []
    for row in staged.rows:
        if row["outcome"] not in (NEW, CHANGED):
            continue
        before = standing.get(row["pk"])
        term = _result(TermRow(row["number"], row["given"], row["adds"]), before, user)
        term.updated_at = timezone.now()
        (changed if before else made).append(term)
    GlossaryTerm.objects.bulk_create(made, batch_size=500)
    GlossaryTerm.objects.bulk_update(
        changed,
        [*FIELDS, "kk_unread", "folded", "approved_by", "approved_at", "updated_at"],
        batch_size=200,
    )
    matching.forget()
    vocabulary.learn_terms([*made, *changed])
    for term in made:
        log(term, "wagtail.create", user=user, data={"file": staged.file_name})
    for term in changed:
        log(term, "wagtail.edit", user=user, data={"file": staged.file_name})


def reasons(staged: GlossaryImport) -> list[tuple[int, str, str, str]]:
    """Each mistake of a file: row, term, field, what is wrong."""
    return [
        (row["number"], row["zh"], COLUMNS.get(one["field"], (one["field"],))[0], one["message"])
        for row in staged.rows
        for one in row["problems"]
    ]
