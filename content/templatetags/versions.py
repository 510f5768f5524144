"""Which versions are out of date, for lists in the admin."""

from django import template
from django.http import HttpRequest
from wagtail.models import Page

from content.models import VersionRecord

register = template.Library()


@register.filter
def is_stale(page: Page, request: HttpRequest) -> bool:
    """Whether the version is out of date. A whole list costs one query."""
    if not hasattr(request, "stale_versions"):
        request.stale_versions = set(VersionRecord.objects.stale().values_list("pk", flat=True))
    return page.pk in request.stale_versions
