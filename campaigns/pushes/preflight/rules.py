"""The rules, each a function; what they say, in words for people."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns.calendar.windows import BEIJING, beijing_day
from campaigns.channels.adapters import Remark, adapter_of
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push
from campaigns.pushes.preflight.adapted import adapted
from campaigns.pushes.preflight.case import Case
from campaigns.pushes.preflight.publication import publication
from campaigns.pushes.preflight.quota import quota_remarks
from content.translation.staleness.asking import Freshness

State = Push.State
# A campaign that goes out in both languages needs one of each row; either Kazakh script will do.
LANGUAGE_GROUPS = (frozenset({"zh-hans"}), frozenset({"kk-arab", "kk"}))


def remarks_on(case: Case, *, channel: bool = True) -> list[Remark]:
    """Everything that stands against the push; empty if it may go out.

    `channel=False` leaves out what the adapter says, for callers that ask it elsewhere.
    """
    remarks = [remark for rule in RULES for remark in rule(case)]
    if channel:
        remarks += adapter_of(case.push.account).preflight(case.delivery)
    return remarks


def campaign_remarks(case: Case) -> list[Remark]:
    """What the campaign's own embargo and languages say, now or for when the push goes out."""
    embargo = [remark for remark in _embargo(case) if remark.code == "embargo.campaign"]
    return [*embargo, *_languages(case)]


def _live(case: Case) -> Iterator[Remark]:
    if case.page.live or case.push.publishing:
        return
    if case.is_ahead:
        text = _("The piece is not published yet: the push fails unless it is by then.")
        yield Remark("piece.not_live_yet", text, is_error=False)
    else:
        yield Remark("piece.not_live", _("The piece is not published."))


def _translation(case: Case) -> Iterator[Remark]:
    if case.facts.freshness(case.page) == Freshness.STALE:
        text = _(
            "The Chinese says something else since this version was last brought in step with it."
            " Publish a version that takes the change over, or have a reviewer declare it"
            " immaterial."
        )
        yield Remark("translation.stale", text)


def _languages(case: Case) -> Iterator[Remark]:
    if not case.push.edition.needs_both_languages:
        return
    versions = case.facts.versions(case.page)
    live = {code for code, page in versions.items() if page.live}
    if not (missing := missing_languages(live)):
        return
    text = _("The campaign goes out in both languages only; not published: %(languages)s.") % {
        "languages": ", ".join(missing)
    }
    present = set(versions)
    if not case.is_ahead:
        present = {code for code, page in versions.items() if case.will_be_live(page)}
    waits = not missing_languages(present)
    code = "languages.not_live_yet" if waits else "languages.not_live"
    yield Remark(code, text, is_error=not waits)


def missing_languages(present: set[str]) -> list[str]:
    """Names of the languages, Chinese or Kazakh, of which none is present."""
    names = dict(settings.LANGUAGES)
    return [
        " / ".join(str(names[code]) for code in sorted(group))
        for group in LANGUAGE_GROUPS
        if not group & present
    ]


def _window(case: Case) -> Iterator[Remark]:
    if not case.push.edition.holds(beijing_day(case.push.scheduled_at), case.push.account.region):
        text = _("The time lies outside the campaign's days, %(first)s to %(last)s.") % {
            "first": case.push.edition.starts_on,
            "last": case.push.edition.ends_on,
        }
        yield Remark("window.outside", text)


def _embargo(case: Case) -> Iterator[Remark]:
    ends = {
        "embargo.campaign": (_("The campaign is under embargo until %(time)s (Beijing)."),
                             case.push.edition.embargo_until),
        "embargo.piece": (_("The piece goes live at %(time)s only (Beijing)."),
                          None if case.push.publishing else case.page.go_live_at),
    }  # fmt: skip
    for code, (text, end) in ends.items():
        if end and case.at < end:
            yield Remark(code, text % {"time": f"{localtime(end, BEIJING):%F %H:%M}"})


def _account(case: Case) -> Iterator[Remark]:
    if not case.push.account.is_active:
        yield Remark("account.inactive", _("The channel account is no longer active."))


def _quiet(case: Case) -> Iterator[Remark]:
    account = case.push.account
    if is_quiet(account, case.at):
        text = _("The account is quiet from %(begin)s to %(end)s (Beijing).") % {
            "begin": f"{account.quiet_from:%H:%M}",
            "end": f"{account.quiet_until:%H:%M}",
        }
        yield Remark("quiet.hours", text)


def is_quiet(account: ChannelAccount, at: datetime) -> bool:
    """Whether the instant lies in the account's quiet hours, which may pass midnight."""
    begin, end = account.quiet_from, account.quiet_until
    if begin is None or end is None or begin == end:
        return False
    clock: time = at.astimezone(BEIJING).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _repeat(case: Case) -> Iterator[Remark]:
    push, days = case.push, case.push.account.repeat_days
    if not days:
        return
    # Of two that are both to come, the later one is the repetition.
    near = Q(scheduled_at__gt=push.scheduled_at - timedelta(days=days)) & (
        Q(scheduled_at__lt=push.scheduled_at) | Q(scheduled_at=push.scheduled_at, pk__lt=push.pk)
    )
    before = Push.objects.filter(
        near,
        account=push.account_id,
        page=push.page_id,
        state__in=[State.READY, State.APPROVED, State.SENDING, State.SENT, State.UNKNOWN],
    ).exclude(pk=push.pk)
    if first := before.order_by("-scheduled_at").first():
        text = _("The same piece goes to the same account within %(days)s days: %(time)s.") % {
            "days": days,
            "time": f"{localtime(first.scheduled_at, BEIJING):%F %H:%M}",
        }
        yield Remark("repeat.piece", text, is_error=False)


def _answers(case: Case) -> Iterator[Remark]:
    if not case.page.live:
        return
    answer = case.facts.addresses.answer(case.delivery.link)
    if answer.problem:
        text = _("The piece's page does not answer as it should (%(problem)s): %(address)s") % {
            "problem": answer.problem,
            "address": case.delivery.link,
        }
        yield Remark("address.not_200", text)
    elif answer.unknown:
        text = _(
            "Nobody has seen whether the piece's page answers: this machine does not reach the site"
            " by its public address (%(problem)s). The push goes out all the same. An administrator"
            " should name an address in PREFLIGHT_URL, or none."
        ) % {"problem": answer.unknown}
        yield Remark("address.not_seen", text, is_error=False, is_note=True)


def _quota(case: Case) -> Iterator[Remark]:
    # At sending it is counted where the attempt is written down, so that nobody comes between.
    return iter([] if case.sending else quota_remarks(case.push, case.at, ahead=True))


RULES = (
    _account,
    _window,
    _embargo,
    _live,
    publication,
    _translation,
    adapted,
    _languages,
    _quiet,
    _quota,
    _repeat,
    _answers,
)
