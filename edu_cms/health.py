"""Is this installation able to work? For load balancers and for people."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.reach import collector
from campaigns.reach.collecting_counts import turned_away_today


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not.

    Beside that: whether hits are taken in, and how many were not counted today, by reason.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        hits = collecting()
    except Exception:  # noqa: BLE001 whatever is wrong with the database, the answer is "not well"
        return JsonResponse({"status": "error", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "hits": hits})


def collecting() -> dict:
    """How counting readers fares. A page can be read without it, so it makes nobody unwell."""
    writer = collector.writer()
    state = "full" if writer.is_full() else "ok" if writer.is_there() else "unreachable"
    return {"store": state, "not_counted_today": turned_away_today()}
