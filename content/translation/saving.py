"""Storing what translators typed, so that nothing of it is lost and nothing is overwritten unseen.

All that writes a page's translations takes the same lock (`locked`): the other script may be
written in the same breath. Who typed over a text that another person changed meanwhile is shown
both (a conflict); a text whose marks are lost is refused and stays in its box.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.translation import markup, sibling
from content.translation.segments import Segment, State, segments_of

# Characters of one text: more than any source has, less than what keeps a browser busy.
LONGEST = 20_000
# How long the text before the last change can be brought back.
UNDO_SECONDS = 12 * 3600


class Kind(StrEnum):
    SAVED = "saved"
    UNTOUCHED = "untouched"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Typed:
    """A text as it came from its box, and the mark of the text that the box was filled with."""

    text: str
    token: str


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    reasons: tuple[str, ...] = ()


def token(box: str) -> str:
    """The mark of a text, by which a later change of somebody else is noticed."""
    return sha256(markup.tidy(box).encode()).hexdigest()[:16]


@contextmanager
def locked(translation: Translation) -> Iterator[dict[int, Segment]]:
    """The page's segments by key, while nobody else writes translations of this page."""
    with transaction.atomic():
        sources = TranslationSource.objects.select_for_update(no_key=True)
        sources.get(pk=translation.source_id)
        yield {segment.pk: segment for segment in segments_of(translation)}
        now = timezone.now()
        Translation.objects.filter(pk=translation.pk).update(translations_last_updated_at=now)


def save(
    translation: Translation, typed: dict[int, Typed], user: AbstractBaseUser
) -> dict[int, Outcome]:
    """Store each text by its segment's key; the other script follows. Texts are told apart.

    A key that is none of the page's (any longer) is left out of the answer.
    """
    with locked(translation) as segments:
        outcomes, written, cleared = {}, [], []
        for pk, one in typed.items():
            segment = segments.get(pk)
            if segment is None:
                continue
            outcomes[pk] = _judge(segment, one)
            if outcomes[pk].kind != Kind.SAVED:
                continue
            _keep_for_undo(translation, segment, user)
            if row := _store(translation, segment, one.text, user):
                written.append(row)
            else:
                cleared.append(segment.key)
        sibling.follow(translation, written)
        sibling.forget(translation, cleared)
    return outcomes


def confirm(translation: Translation, pks: Iterable[int], user: AbstractBaseUser) -> int:
    """Converted texts that a person has read become theirs; returns how many."""
    wanted = set(pks)
    return _confirm(translation, lambda segment: segment.pk in wanted, user)


def confirm_certain(translation: Translation, user: AbstractBaseUser) -> int:
    """Confirm every converted text none of whose words is uncertain; returns how many."""
    return _confirm(translation, lambda segment: segment.is_certain, user)


def convert_anew(translation: Translation, pks: Iterable[int], user: AbstractBaseUser) -> int:
    """Make these texts from the other script, a person's own text too; returns how many.

    The text before can be brought back. Raises nothing where the other script has no text.
    """
    wanted = set(pks)
    made = 0
    with locked(translation) as segments:
        for segment in segments.values():
            if segment.pk in wanted and segment.may_be_made:
                _keep_for_undo(translation, segment, user)
                made += _make(translation, segment)
    return made


def convertible(segments: Iterable[Segment]) -> list[Segment]:
    """What can be made from the other script without touching what a person wrote."""
    return [one for one in segments if one.may_be_made and _is_open(one) and _made_of(one)]


def convert_page(translation: Translation) -> int:
    """Make every empty or unread text from the other script; returns how many."""
    with locked(translation) as segments:
        chosen = convertible(segments.values())
        for segment in chosen:
            _make(translation, segment)
    return len(chosen)


def undo(translation: Translation, pk: int, user: AbstractBaseUser) -> bool:
    """Bring back the text as it was before the user's last change; False where none is kept."""
    with locked(translation) as segments:
        segment = segments.get(pk)
        before = cache.get(_undo_key(translation, segment, user)) if segment else None
        if before is None:
            return False
        _keep_for_undo(translation, segment, user)
        row = segment.translation
        if not before["data"]:
            if row:
                row.delete()
                sibling.forget(translation, [segment.key])
            return True
        row = row or StringTranslation(**_place(translation, segment))
        row.data = before["data"]
        row.translation_type, row.tool_name = before["type"], before["tool"]
        row.last_translated_by = None if sibling.is_ours(row) else user
        row.has_error, row.field_error = False, ""
        row.save()
        sibling.follow(translation, [row])
    return True


def undoable(
    translation: Translation, segments: Iterable[Segment], user: AbstractBaseUser
) -> dict[int, str]:
    """The texts that can be brought back, as typed, by their segment's key."""
    keys = {_undo_key(translation, segment, user): segment for segment in segments}
    return {
        keys[key].pk: markup.to_box(kept["data"], is_rich=keys[key].is_rich)
        for key, kept in cache.get_many(list(keys)).items()
        if kept["data"] != keys[key].data
    }


def _judge(segment: Segment, typed: Typed) -> Outcome:
    text = markup.tidy(typed.text)
    if token(text) in {typed.token, token(segment.box)}:
        return Outcome(Kind.UNTOUCHED)
    if reasons := _refusals(segment, text):
        return Outcome(Kind.REFUSED, tuple(reasons))
    if typed.token != token(segment.box):
        return Outcome(Kind.CONFLICT)
    return Outcome(Kind.SAVED)


def _refusals(segment: Segment, text: str) -> list[str]:
    longest = min(segment.place.limit or LONGEST, LONGEST)
    if len(text) > longest or not sibling.fits(segment.path, escape(text)):
        words = _("%(length)s characters are too many: the place holds %(limit)s")
        return [words % {"length": len(text), "limit": longest}]
    if "\x00" in text:
        return [_("there is a character in it that cannot be stored")]
    if segment.is_rich and text:
        return markup.problems(segment.source, text)
    return []


def _store(
    translation: Translation, segment: Segment, text: str, user: AbstractBaseUser
) -> StringTranslation | None:
    data = markup.from_box(text, is_rich=segment.is_rich)
    row = segment.translation
    if not data:
        if row:
            row.delete()
        return None
    row = row or StringTranslation(**_place(translation, segment))
    row.data = data
    _make_theirs(row, user)
    return row


def _make_theirs(row: StringTranslation, user: AbstractBaseUser) -> None:
    row.translation_type = StringTranslation.TRANSLATION_TYPE_MANUAL
    row.tool_name = ""
    row.last_translated_by = user
    row.has_error, row.field_error = False, ""
    row.save()


def _confirm(
    translation: Translation, is_meant: Callable[[Segment], bool], user: AbstractBaseUser
) -> int:
    with locked(translation) as segments:
        chosen = [
            segment.translation
            for segment in segments.values()
            if segment.state == State.CONVERTED and is_meant(segment)
        ]
        for row in chosen:
            _make_theirs(row, user)
        sibling.follow(translation, chosen)
    return len(chosen)


def _is_open(segment: Segment) -> bool:
    return segment.translation is None or sibling.is_ours(segment.translation)


def _made_of(segment: Segment) -> str:
    """What the other script's text becomes here; empty where that is here, or has no room."""
    data = sibling.converted(segment.sibling.data, segment.language).text
    return data if data != segment.data and sibling.fits(segment.path, data) else ""


def _make(translation: Translation, segment: Segment) -> bool:
    data = _made_of(segment)
    if data:
        sibling.write(segment.translation, _place(translation, segment), data)
    return bool(data)


def _place(translation: Translation, segment: Segment) -> dict:
    return {
        "translation_of_id": segment.string_id,
        "context_id": segment.context_id,
        "locale_id": translation.target_locale_id,
    }


def _undo_key(translation: Translation, segment: Segment, user: AbstractBaseUser) -> str:
    return f"desk-undo:{translation.pk}:{user.pk}:{segment.string_id}:{segment.context_id}"


def _keep_for_undo(translation: Translation, segment: Segment, user: AbstractBaseUser) -> None:
    row = segment.translation
    kept = {
        "data": row.data if row else "",
        "type": row.translation_type if row else StringTranslation.TRANSLATION_TYPE_MANUAL,
        "tool": row.tool_name if row else "",
    }
    cache.set(_undo_key(translation, segment, user), kept, UNDO_SECONDS)
