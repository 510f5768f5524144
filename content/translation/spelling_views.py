"""What an entry of the spelling lexicon does to texts: its approval, and re-conversion."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.log_actions import log

from content.models import SpellingException
from content.translation import reconversion

APPROVE = "content.approve_spellingexception"
CHANGE = "content.change_spellingexception"
_LARGEST_ID = 2**63 - 1


@require_GET
def effects(request: HttpRequest, pk: int) -> HttpResponse:
    """Which converted texts the entry changes, old and new side by side."""
    entry = _entry(request, pk)
    confirmed = request.GET.get("confirmed") == "1"
    found = reconversion.changes(entry, confirmed=confirmed, after=_after(request))
    return TemplateResponse(
        request,
        "content/admin/spelling/effects.html",
        {
            "entry": entry,
            "found": found,
            "confirmed": confirmed,
            "may_approve": request.user.has_perm(APPROVE) and not entry.approved_at,
            "may_change": request.user.has_perm(CHANGE),
        },
    )


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let conversion go by the entry from now on."""
    entry = _entry(request, pk)
    if not request.user.has_perm(APPROVE):
        raise PermissionDenied
    if not entry.approved_at:
        entry.approve(request.user)
        log(instance=entry, action="content.approve_spelling")
        messages.success(
            request,
            gettext(
                "“%s” is approved: conversion goes by it from now on. "
                "Tick below which earlier texts are to follow."
            )
            % entry,
        )
    return redirect("kazakh_spelling:effects", pk)


@require_POST
def reconvert(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked changes, all in one transaction."""
    entry = _entry(request, pk)
    keys = request.POST.getlist("take")[: reconversion.PAGE]
    if not keys:
        messages.warning(request, gettext("Nothing was ticked, so nothing has changed."))
        return redirect("kazakh_spelling:effects", pk)
    taken, left = reconversion.apply(entry, keys)
    if taken:
        messages.success(
            request,
            ngettext(
                "%(count)d text was converted anew and waits to be read by a person.",
                "%(count)d texts were converted anew and wait to be read by a person.",
                taken,
            )
            % {"count": taken},
        )
    if left:
        messages.warning(
            request,
            ngettext(
                "%(count)d text was left alone: it was changed since you saw it.",
                "%(count)d texts were left alone: they were changed since you saw them.",
                left,
            )
            % {"count": left},
        )
    return redirect("kazakh_spelling:effects", pk)


def _entry(request: HttpRequest, pk: int) -> SpellingException:
    """The entry, for whoever may change or approve it."""
    if not (request.user.has_perm(APPROVE) or request.user.has_perm(CHANGE)):
        raise PermissionDenied
    if pk > _LARGEST_ID:
        raise Http404
    return get_object_or_404(SpellingException.objects.select_related("approved_by"), pk=pk)


def _after(request: HttpRequest) -> int:
    """The row to continue after; the beginning for what is no number."""
    text = request.GET.get("after", "")
    return min(int(text), _LARGEST_ID) if text.isascii() and text.isdecimal() else 0
