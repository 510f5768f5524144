"""The read API for other systems: the figures of `manage.py reach_report`, opened by a token.

See docs/api.md. Answers belong to the system that asked: nobody on the way may keep them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from campaigns.reach.models import EVERYDAY
from campaigns.regions.models import Region
from campaigns.reports import exports, figures, tokens
from campaigns.reports.models import ReportToken
from content.api.asking import BadFilterError, choice_of, refuse_unknown

FORMATS = {"json", "csv"}
_PARAMETERS = {"from", "to", "by", "region", "format"}
_MOST_CAMPAIGNS = 50


class NoSuchRegionError(LookupError):
    """There is no such region, or it lies outside what the token opens: nobody learns which."""


@dataclass(frozen=True)
class _Asked:
    selection: figures.Selection
    by: str
    format: str


def _for_tokens(view: Callable) -> Callable:
    """Answers only whoever shows a token that opens something, and in JSON whatever goes wrong."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return _told(405, "only GET is answered here", Allow="GET, HEAD")
        token = tokens.token_of(_shown(request))
        if token is None:
            return _told(
                401,
                "show a token that is neither wrong, expired nor revoked: "
                "Authorization: Bearer TOKEN",
                **{"WWW-Authenticate": "Bearer"},
            )
        if not tokens.may_ask_now(token):
            wait = str(60 - timezone.now().second)
            most = tokens.MOST_A_MINUTE
            return _told(429, f"at most {most} answers a minute", **{"Retry-After": wait})
        try:
            return _kept_by_nobody(view(request, token))
        except BadFilterError as error:
            return _told(400, error.message, field=error.field)
        except NoSuchRegionError:
            return _told(404, "no such region in what this token opens")

    return guarded


@_for_tokens
def report(request: HttpRequest, token: ReportToken) -> HttpResponse:
    """Person-times of the token's region or one below it, broken down in one way."""
    asked = _read(request.GET, token)
    with translation.override("zh-hans"):
        told = figures.report(asked.selection, asked.by)
        rendered = exports.render(told, asked.format)
    return HttpResponse(rendered.data, content_type=rendered.mime)


def _shown(request: HttpRequest) -> str:
    """The token in the request's head; never in its address, which stands in logs."""
    scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _read(told: QueryDict, token: ReportToken) -> _Asked:
    once = told.copy()
    once.pop("campaign", None)
    refuse_unknown(once, _PARAMETERS)
    by = choice_of(told, "by", set(figures.BY)) or "channel"
    kind = choice_of(told, "format", FORMATS) or "json"
    first, last = _day(told, "from"), _day(told, "to")
    if first and last and last < first:
        raise BadFilterError("to", "lies before from")
    codes = told.getlist("campaign")
    if len(codes) > _MOST_CAMPAIGNS:
        raise BadFilterError("campaign", f"is given more than {_MOST_CAMPAIGNS} times")
    region = _region(told, token)
    try:
        selection = figures.select(codes, first, last, region=region.code)
    except figures.UnknownCampaignError as error:
        code = str(error)[:24]
        raise BadFilterError(
            "campaign", f"no campaign has the code {code!r}; {EVERYDAY!r} is what belongs to none"
        ) from error
    return _Asked(selection, by, kind)


def _day(told: QueryDict, name: str) -> date | None:
    if name not in told:
        return None
    try:
        return date.fromisoformat(told[name])
    except ValueError as error:
        raise BadFilterError(name, "is no day like 2026-03-09") from error


def _region(told: QueryDict, token: ReportToken) -> Region:
    """The region asked for, or the token's own."""
    if "region" not in told:
        return token.region
    code = told["region"]
    region = Region.objects.filter(code=code[:6]).first()
    if region is None or region.code != code or not token.region.contains(region):
        raise NoSuchRegionError
    return region


def _told(status: int, message: str, field: str = "", **headers: str) -> JsonResponse:
    content = {"field": field, "message": message} if field else {"message": message}
    return _kept_by_nobody(JsonResponse(content, status=status, headers=headers))


def _kept_by_nobody(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["Vary"] = "Authorization"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
