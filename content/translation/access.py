"""Whose piece is whose business in the admin."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.permissions import page_permission_policy

from content.models import EducationPage

# What a person has to be able to do to a page that its state is their business.
AT_WORK = ["add", "change", "publish"]


def piece_for(user, pk: int) -> EducationPage:
    """The (specific) piece with that number, if the person works on it.

    Raises PermissionDenied for who works on no pages at all, Http404 for any other page.
    """
    if not page_permission_policy.user_has_any_permission(user, AT_WORK):
        raise PermissionDenied
    page = EducationPage.objects.filter(pk=pk).select_related("locale").first()
    if page is None or not page_permission_policy.user_has_any_permission_for_instance(
        user, AT_WORK, page
    ):
        raise Http404
    return page.specific
