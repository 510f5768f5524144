"""The read-only API from which an app's education zone takes its pieces. See docs/api.md."""

from datetime import UTC, datetime

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.urls import path, resolve
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from wagtail.api.v2.views import BaseAPIViewSet

from content.api import asking, telling
from content.models import EducationPage, GonePiece
from content.models.base import open_to_all

# Before anything of ours: the time of a piece that was never published through a revision.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def no_such_address() -> JsonResponse:
    """404 in the form in which the API tells its other refusals."""
    answer = JsonResponse({"message": "there is nothing at this address"}, status=404)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Any address below /api/ that nothing else answers; one that lacks its last slash gets it."""
    if not request.path_info.endswith("/"):
        whole = resolve(f"{request.path_info}/")
        if whole.func is not unknown_address:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return no_such_address()


@method_decorator(conditional_page, name="dispatch")
class _View(BaseAPIViewSet):
    """Open to everybody, JSON only, each answer with an ETag that saves its repetition."""

    authentication_classes: list = []
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]
    throttle_classes: list = []
    http_method_names = ["get", "head", "options"]
    parameters: set[str] = set()

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, asking.BadFilterError):
            return Response({"field": exc.field, "message": exc.message}, status=400)
        return super().handle_exception(exc)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response["X-Content-Type-Options"] = "nosniff"
        # The apps' own web views may read it too: there is nothing in it that is not public.
        response["Access-Control-Allow-Origin"] = "*"
        return response

    @classmethod
    def get_urlpatterns(cls) -> list:
        return [path("", cls.as_view({"get": "listing_view"}), name="listing")]

    def page_of(self, rows, at: str, number: str) -> tuple[list, dict]:
        """The rows asked for, and what the app needs to go on from there."""
        given = self.request.GET
        place = asking.Place.read(given["after"]) if "after" in given else None
        limit = asking.limit_of(given)
        found = list(asking.rows_behind(rows, place, at, number)[: limit + 1])
        shown = found[:limit]
        if shown:
            place = asking.Place(getattr(shown[-1], at), getattr(shown[-1], number))
        return shown, {
            "total_count": rows.count(),
            "has_more": len(found) > limit,
            "next": place.written() if place else None,
        }


class PiecesView(_View):
    """Public pieces, the longest unchanged first; one of them with its body."""

    model = EducationPage
    parameters = {
        "language", "category", "audience", "kind", "updated_since", "limit", "after",
    }  # fmt: skip

    @classmethod
    def get_urlpatterns(cls) -> list:
        detail = cls.as_view({"get": "detail_view"})
        return [*super().get_urlpatterns(), path("<str:code>/", detail, name="detail")]

    def get_queryset(self):
        never = Value(EPOCH, output_field=DateTimeField())
        updated_at = Coalesce("last_published_at", "first_published_at", never)
        return open_to_all(EducationPage.objects.annotate(updated_at=updated_at))

    def listing_view(self, request) -> Response:
        rows = self._filtered(request.GET)
        shown, meta = self.page_of(rows, at="updated_at", number="pk")
        return Response({"meta": meta, "items": telling.cards(shown)})

    def detail_view(self, request, code: str) -> Response:
        asking.refuse_unknown(request.GET, set())
        page = self.get_queryset().filter(code=code).select_related("locale").first()
        if page is None:
            raise Http404("no public piece has that code")
        whole = page.specific
        whole.updated_at = page.updated_at
        return Response(telling.whole(whole))

    def _filtered(self, given):
        asking.refuse_unknown(given, self.parameters)
        wanted = {
            "locale__language_code": asking.language_of_query(given),
            "category__slug": asking.term_of(given, "category"),
            "audiences__slug": asking.term_of(given, "audience"),
            "updated_at__gte": asking.instant_of(given, "updated_since"),
        }
        rows = self.get_queryset().filter(
            **{name: value for name, value in wanted.items() if value is not None}
        )
        if kind := asking.choice_of(given, "kind", list(telling.KINDS)):
            types = {name: pk for pk, name in telling.kind_by_type().items()}
            rows = rows.filter(content_type=types[kind])
        rows = rows.select_related("category", "image", "locale")
        return rows.prefetch_related("image__renditions")


class GonePiecesView(_View):
    """Pieces that were public and are no longer: whoever keeps copies drops them."""

    model = GonePiece
    parameters = {"language", "since", "limit", "after"}

    def listing_view(self, request) -> Response:
        given = request.GET
        asking.refuse_unknown(given, self.parameters)
        rows = GonePiece.objects.all()
        if since := asking.instant_of(given, "since"):
            rows = rows.filter(gone_at__gte=since)
        if language := asking.language_of_query(given):
            rows = rows.filter(language=language)
        shown, meta = self.page_of(rows, at="gone_at", number="page_number")
        items = [
            {
                "id": row.page_number,
                "code": row.code,
                "language": row.language,
                "gone_at": row.gone_at.isoformat(),
            }
            for row in shown
        ]
        return Response({"meta": meta, "items": items})
