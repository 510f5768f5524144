"""Planning a push, moving it in time, calling it off: what people decide about pushes."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters import ADAPTERS, adapter_of
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.links import ensure_link
from campaigns.pushes.models import Push
from campaigns.pushes.preflight.publication import NOT_APPROVED_YET
from campaigns.pushes.preflight.rules import missing_languages
from campaigns.pushes.publishing import keep_in_step
from campaigns.pushes.states import (
    ForbiddenMoveError,
    State,
    StateChangedError,
    enter,
    move,
    move_all,
)
from content.dates import approved_go_live
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# How often two people may plan the same piece in the same instant before one is told to try again.
SLOT_RACES = 5


@dataclass(frozen=True)
class Planned:
    """A planned push, whether it is new, and what may yet keep it from going out."""

    push: Push
    is_new: bool
    warnings: list[str] = field(default_factory=list)


def plan_push(
    edition: Edition,
    page: EducationPage | str,
    language: str,
    account: ChannelAccount,
    at: datetime,
    *,
    ends_at: datetime | None = None,
    publishing: str = Push.Publishing.NONE,
    by: "AbstractBaseUser | None" = None,
) -> Push:
    """Plan one push, or find the one that is planned already; see `plan`."""
    more = {"ends_at": ends_at, "publishing": publishing, "by": by}
    return plan(edition, page, language, account, at, **more).push


def plan(
    edition: Edition,
    page: EducationPage | str,
    language: str,
    account: ChannelAccount,
    at: datetime,
    *,
    ends_at: datetime | None = None,
    publishing: str = Push.Publishing.NONE,
    by: "AbstractBaseUser | None" = None,
) -> Planned:
    """Plan a push of the piece's version in that language.

    `page` is the piece, or the code of any of its versions; times are aware. What is planned
    already for that campaign, piece, language, account and time is returned as it is; another time
    takes the next slot. With `publishing` the piece's dates follow the push from now on. Raises
    ValidationError, keyed by the Push's field names.
    """
    more = {"ends_at": ends_at, "publishing": publishing, "by": by}
    draft, warnings = check_plan(edition, page, language, account, at, **more)
    for _attempt in range(SLOT_RACES):
        try:
            with transaction.atomic():
                return _find_or_add(draft, warnings)
        except IntegrityError:
            continue
    raise ValidationError(_("Somebody else is planning the same; please try again."))


def check_plan(
    edition: Edition,
    page: EducationPage | str,
    language: str,
    account: ChannelAccount,
    at: datetime,
    *,
    ends_at: datetime | None = None,
    publishing: str = Push.Publishing.NONE,
    by: "AbstractBaseUser | None" = None,
) -> tuple[Push, list[str]]:
    """A push that could be planned, not saved, and its warnings. Raises as `plan` does."""
    problems: dict[str, list[str]] = defaultdict(list)
    version = _version(page, language, problems)
    _check_account(account, by, problems)
    _check_publishing(account, publishing, problems)
    ends_at = _end_of_place(edition, account, publishing, ends_at)
    _check_times(edition, account, (at, ends_at), problems)
    if version and edition.needs_both_languages and (missing := _missing_versions(version)):
        problems["page"].append(
            _("The campaign goes out in both languages only; missing: %(languages)s.")
            % {"languages": ", ".join(missing)}
        )
    if problems:
        raise ValidationError(dict(problems))
    draft = Push(
        edition=edition,
        page=version,
        language=language,
        account=account,
        scheduled_at=at,
        ends_at=ends_at,
        publishing=publishing,
        planned_by=by,
    )
    objections = adapter_of(account).preflight(delivery_of(draft))
    if refused := [remark.text for remark in objections if remark.is_error]:
        raise ValidationError({"account": refused})
    return draft, warnings_about(draft)


def warnings_about(push: Push) -> list[str]:
    """What has to change before a planned push can go out."""
    if push.page.live:
        return []
    if push.publishing:
        return [] if approved_go_live(push.page) else [str(NOT_APPROVED_YET)]
    return [_("The piece is not published yet: the push fails unless it is by then.")]


def retime(
    push: Push,
    at: datetime,
    by: "AbstractBaseUser | None" = None,
    ends_at: datetime | None = None,
    publishing: str | None = None,
) -> Push:
    """Move the push to another time; row, slot and key stay, and it is to be approved anew.

    A piece that goes live with it moves along. `publishing`: None leaves that as it was. For what
    is not done yet, was missed, or has failed. Raises ValidationError, keyed by field.
    """
    publishing = push.publishing if publishing is None else publishing
    ends_at = _end_of_place(push.edition, push.account, publishing, ends_at)
    check_times(push.edition, push.account, at, ends_at, publishing)
    reason = _("re-timed from %(before)s to %(after)s") % {
        "before": f"{localtime(push.scheduled_at):%F %H:%M}",
        "after": f"{localtime(at):%F %H:%M}",
    }
    if publishing != push.publishing:
        wish = Push.Publishing(publishing).label
        reason += " · " + _("publishes the piece: %(wish)s") % {"wish": wish}
    changes = {"scheduled_at": at, "ends_at": ends_at, "try_at": at, "tries": 0}
    changes["publishing"] = publishing
    return move_by_person(push, State.PLANNED, by, reason, remarks=[], checked_at=None, **changes)


def cost_of_moving(push: Push) -> str:
    """What another time costs, in words: nothing for what nobody has checked or approved yet."""
    if push.state not in (State.READY, State.APPROVED):
        return ""
    return _("With another time it is only planned: have it checked and approved anew.")


def check_times(
    edition: Edition,
    account: ChannelAccount,
    at: datetime,
    ends_at: datetime | None,
    publishing: str = Push.Publishing.NONE,
) -> None:
    """Raises ValidationError, keyed by field, if the account could not have such a push then."""
    problems: dict[str, list[str]] = defaultdict(list)
    _check_publishing(account, publishing, problems)
    _check_times(edition, account, (at, ends_at), problems)
    if problems:
        raise ValidationError(dict(problems))


def cancel(push: Push, by: "AbstractBaseUser | None", reason: str) -> Push:
    """Call a push off that has not gone out, for a reason that others will read.

    Raises ValidationError.
    """
    if push.state not in Push.CANCELLABLE:
        raise ValidationError(cannot_be_changed(push))
    return move_by_person(push, State.CANCELLED, by, reason_given(reason))


def reason_given(reason: str) -> str:
    """The reason without blanks around it. Raises ValidationError if there is none."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why, for those who planned it.")]})
    return reason.strip()


def cannot_be_changed(push: Push) -> str:
    """Why there is nothing to change any more."""
    return _("A push that is “%(state)s” cannot be changed so.") % {
        "state": push.get_state_display()
    }


def move_by_person(push: Push, to: str, by, reason: str, **changes) -> Push:
    """Move the push by a person's hand, and with it the dates of the piece that it publishes.

    Raises ValidationError in words for that person.
    """
    pieces = _pieces_that_come_along([push], to, changes)
    with _in_words([push]), transaction.atomic():
        move(push, to, by=by, reason=reason, **changes)
        _bring_in_step(pieces, by, reason)
    return push


def move_all_by_person(pushes: list[Push], to: str, by, reason: str, **changes) -> None:
    """The same for many: all of them or, on an error, none."""
    pieces = _pieces_that_come_along(pushes, to, changes)
    with _in_words(pushes), transaction.atomic():
        move_all(pushes, to, by=by, reason=reason, **changes)
        _bring_in_step(pieces, by, reason)


def _pieces_that_come_along(pushes: list[Push], to: str, changes: dict) -> dict[int, Push]:
    """The pieces whose dates the move concerns: those that a push published, or is to publish."""
    if "scheduled_at" not in changes and to != State.CANCELLED:
        return {}
    concerned = (push for push in pushes if push.publishing or changes.get("publishing"))
    return {push.page_id: push for push in concerned}


def _bring_in_step(pieces: dict[int, Push], by, reason: str) -> None:
    for page_id, push in pieces.items():
        keep_in_step(page_id, by, f"{push}: {reason}")


@contextmanager
def _in_words(pushes: list[Push]) -> Iterator[None]:
    try:
        yield
    except ForbiddenMoveError as error:
        raise ValidationError(cannot_be_changed(pushes[0])) from error
    except StateChangedError as error:
        raise ValidationError(
            _("The push has moved on in the meantime; look at it again.")
        ) from error


def _find_or_add(draft: Push, warnings: list[str]) -> Planned:
    siblings = Push.objects.filter(
        edition=draft.edition, page=draft.page, language=draft.language, account=draft.account
    )
    if existing := siblings.filter(scheduled_at=draft.scheduled_at).order_by("slot").first():
        return Planned(existing, is_new=False)
    draft.pk = None
    draft.slot = 1 + max(siblings.values_list("slot", flat=True), default=0)
    draft.save(force_insert=True)
    enter(draft, by=draft.planned_by)
    ensure_link(draft)
    if draft.publishing:
        keep_in_step(draft.page_id, draft.planned_by, str(draft))
    return Planned(draft, is_new=True, warnings=warnings)


def _missing_versions(version: EducationPage) -> list[str]:
    """Languages in which the piece does not exist at all, published or not."""
    versions = EducationPage.objects.filter(translation_key=version.translation_key)
    return missing_languages(set(versions.values_list("locale__language_code", flat=True)))


def _version(page: EducationPage | str, language: str, problems) -> EducationPage | None:
    if isinstance(page, str):
        code, page = page, EducationPage.objects.filter(code=page).first()
        if page is None:
            problems["page"].append(_("No piece has the code “%(code)s”.") % {"code": code})
    if language not in dict(settings.LANGUAGES):
        problems["language"].append(
            _("“%(language)s” is none of the site's languages.") % {"language": language}
        )
        return None
    if page is None:
        return None
    version = EducationPage.objects.filter(
        translation_key=page.translation_key, locale__language_code=language
    ).first()
    if version is None:
        problems["language"].append(
            _("“%(piece)s” has no version in that language.") % {"piece": page}
        )
    return version


def _check_account(account: ChannelAccount, by, problems) -> None:
    if not account.is_active:
        problems["account"].append(_("The account is not active."))
    if account.adapter not in ADAPTERS:
        problems["account"].append(_("Nothing can be sent to that account."))
    if by and not ChannelAccount.objects.visible_to(by).filter(pk=account.pk).exists():
        problems["account"].append(_("The account belongs to another region."))


def _check_publishing(account: ChannelAccount, publishing: str, problems) -> None:
    if publishing not in Push.Publishing:
        problems["publishing"].append(_("“%(wish)s” is not known.") % {"wish": publishing})
    elif publishing and account.adapter != ChannelAccount.Adapter.WEBSITE:
        problems["publishing"].append(_("Only a push to the website can publish the piece."))


def _end_of_place(
    edition: Edition, account: ChannelAccount, publishing: str, ends_at: datetime | None
) -> datetime | None:
    """A piece comes down at a set time: no other than this push's moving changes it."""
    if publishing == Push.Publishing.SPAN and ends_at is None:
        return edition.closes_at(account.region)
    return ends_at


def _check_times(
    edition: Edition, account: ChannelAccount, span: tuple[datetime, datetime | None], problems
) -> None:
    at, ends_at = span
    if ends_at and ends_at <= at:
        problems["ends_at"].append(_("It ends before it begins."))
    if not edition.holds(beijing_day(at), account.region):
        first, last = edition.window_of(account.region)
        problems["scheduled_at"].append(
            _("Outside the campaign's days, %(first)s to %(last)s in Beijing.")
            % {"first": first, "last": last}
        )
    elif Push(scheduled_at=at, account=account).sendable_until < timezone.now():
        problems["scheduled_at"].append(_("That time is already past."))
