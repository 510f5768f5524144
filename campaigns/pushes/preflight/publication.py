"""A push that publishes its piece: is there anything approved, and do the dates agree?"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.calendar.windows import BEIJING
from campaigns.channels.adapters import Remark
from campaigns.pushes.preflight.case import Case
from campaigns.pushes.publishing import wished
from content.dates import Dates, approved_go_live, dates_of

NOT_APPROVED_YET = gettext_lazy(
    "Legal review has not approved the piece yet: unless it does in time, nothing goes live and "
    "the push fails."
)


def publication(case: Case) -> Iterator[Remark]:
    """What keeps the piece from going live with the push, or from coming down with its place."""
    if not case.push.publishing:
        return
    dates, wish = dates_of(case.page), wished(case.push.page_id, but=case.push)
    if not case.page.live:
        yield from _goes_live(case, dates, wish)
    if case.is_ahead or case.sending:
        yield from _comes_down(dates, wish)


def _goes_live(case: Case, dates: Dates, wish: Dates) -> Iterator[Remark]:
    approved = approved_go_live(case.page)
    if approved is None and case.is_ahead:
        yield Remark("piece.not_approved_yet", str(NOT_APPROVED_YET), is_error=False)
    elif approved is None:
        yield Remark("piece.not_approved", _("Legal review has not approved the piece."))
    elif case.sending and approved <= case.at:
        text = _("The piece is approved, but could not be published: ask those who run the site.")
        yield Remark("piece.not_live", text)
    # A push that is sent by hand, late, takes the date along. What is approved and whose date has
    # passed is public by then; what is not would be so the moment it is approved.
    is_over = approved is not None and approved <= case.now
    if (case.is_ahead or case.sending) and not is_over:
        yield from _at_another_time(case, dates.go_live_at, wish.go_live_at)


def _at_another_time(case: Case, goes_live: datetime | None, wish: datetime) -> Iterator[Remark]:
    if goes_live == wish:
        return
    too_late = goes_live is not None and goes_live > case.at
    text = _(
        "The piece's own date of going live, %(date)s, is not the push's, %(time)s (Beijing). Give "
        "the push its time once more, and the date follows."
    )
    words = {"date": _time(goes_live), "time": _time(wish)}
    yield Remark("dates.go_live", text % words, is_error=too_late)


def _comes_down(dates: Dates, wish: Dates) -> Iterator[Remark]:
    """Too early is told by the website's own rule: the place is empty from then on."""
    if wish.expire_at is None or (dates.expire_at and dates.expire_at <= wish.expire_at):
        return
    text = _(
        "The piece's own date of coming down, %(date)s, is not the end of its place, %(time)s "
        "(Beijing). Give the push its time once more, and the date follows."
    )
    words = {"date": _time(dates.expire_at), "time": _time(wish.expire_at)}
    yield Remark("dates.comes_down", text % words, is_error=False)


def _time(instant: datetime | None) -> str:
    return f"{localtime(instant, BEIJING):%F %H:%M}" if instant else _("none")
