"""The search page of the public site."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from content.search import counting
from content.search.finding import find
from content.search.results import Choices, ResultPage


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for ?q=, narrowed by category, form and audience, page by page (?p=)."""
    language = request.LANGUAGE_CODE
    choices = Choices.read(request.GET)
    found = find(choices.text, language, choices.narrowing, choices.number)
    page = ResultPage(found, language, choices)
    if choices.is_first_look and counting.is_person(request):
        counting.note(found.asked, language, found.total)
    response = TemplateResponse(request, "content/search/search.html", page.context())
    # What somebody looks for is nobody else's, and changes with every piece.
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response
