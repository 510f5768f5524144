"""Screens of the translators' queue."""

import contextlib
from uuid import UUID

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.models import ModelLogEntry
from wagtail_localize.models import Translation

from content.languages import LANGUAGES, language_of
from content.models import TranslationWork
from content.naming import person_name
from content.translation import assigning, changes, po_views, rights, starting
from content.translation.progress import State
from content.translation.queue import ALL, ME, NOBODY, OPEN, Filters, due_on, queue
from content.translation.screens import QueueScreen, own_pairs, standing_or_404
from content.translation.standing import Standing

A_PAGE = 25
_KEEP_QUERY = 500


class DueForm(forms.Form):
    """The day and the note that ticked rows get."""

    due_on = forms.DateField(label=gettext_lazy("Due on"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)


class QueueView(QueueScreen, TemplateView):
    """What is to be translated, what is due first on top."""

    template_name = "content/admin/translation/queue.html"
    page_title = gettext_lazy("Translation queue")

    def trail(self) -> list[dict]:
        return []

    def get_context_data(self, **kwargs) -> dict:
        user, filters = self.request.user, Filters.of(self.request.GET)
        found = queue(filters, user)
        page = Paginator(found.rows, A_PAGE).get_page(self.request.GET.get("p"))
        own = {locale.language_code for locale in rights.locales_of(user)}
        return super().get_context_data(
            rows=[described(row, own) for row in page],
            items=page,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            found=found,
            filters=filters,
            tabs=_tabs(found.counts, filters),
            languages=[LANGUAGES[one.language_code] for one in rights.target_locales()],
            own_languages=[language_of(code) for code in sorted(own)],
            people=[(str(one.pk), person_name(one)) for one in rights.translators()],
            fixed_assigned=((ME, _("me")), (NOBODY, _("nobody"))),
            may_translate=bool(own),
            query=filters.address(),
            **kwargs,
        )


def described(row: Standing, own: set[str]) -> dict:
    """A row and what its cells say."""
    day = due_on(row)
    return {
        "row": row,
        "language": language_of(row.language),
        "due_on": day,
        "is_overdue": bool(day and day < timezone.localdate() and not row.is_settled),
        "person": person_name(row.person),
        "is_own": row.language in own,
    }


def _tabs(counts: dict[str, int], filters: Filters) -> list[tuple]:
    """State, its name, how many, the address: what has none is left out unless it is chosen."""
    named = [(OPEN, _("To do")), *State.choices, (ALL, _("All"))]
    return [
        (state, label, counts[state], filters.address(state="" if state == OPEN else state))
        for state, label in named
        if counts[state] or state in (OPEN, ALL, filters.state)
    ]


class ActView(View):
    """What somebody does with ticked rows, or with one."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rights.ask_to_translate(request.user)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        deed, _blank, row = request.POST.get("do", "").partition(" ")
        pairs = own_pairs([row] if row else request.POST.getlist("row"), request.user)
        act = {
            "start": self.start,
            "take": self.take,
            "assign": self.assign,
            "hand_back": self.hand_back,
            "due": self.due,
            "export": self.export,
        }.get(deed)
        if act is None:
            messages.error(request, _("Nothing was done: choose what to do with the rows."))
        elif not pairs:
            messages.error(request, _("Nothing was done: tick the rows first, in your languages."))
        elif response := act(request, pairs):
            return response
        return redirect(_back(request))

    def export(self, request: HttpRequest, pairs: list) -> HttpResponse | None:
        response = po_views.export(pairs)
        if response is None:
            messages.error(request, _("Nothing to export: begin these translations first."))
        return response

    def start(self, request: HttpRequest, pairs: list) -> None:
        wanted = request.POST.get("languages", "")
        own = rights.locales_of(request.user)
        locales = [one for one in own if one.language_code == wanted] or own
        begun = 0
        for key in dict.fromkeys(key for key, _locale in pairs):
            try:
                begun += len(starting.start(key, locales, request.user))
            except starting.CannotStart as refusal:
                messages.error(request, str(refusal))
        if begun:
            text = ngettext("%(n)s translation begun.", "%(n)s translations begun.", begun)
            messages.success(request, text % {"n": begun})
        else:
            messages.warning(request, _("No translation was begun: these have a version already."))

    def take(self, request: HttpRequest, pairs: list) -> None:
        self._told(request, assigning.assign(pairs, request.user, request.user))

    def hand_back(self, request: HttpRequest, pairs: list) -> None:
        self._told(request, assigning.hand_back(pairs, request.user))

    def assign(self, request: HttpRequest, pairs: list) -> None:
        number = request.POST.get("person", "")
        is_number = number.isascii() and number.isdigit() and len(number) < 18
        person = rights.translators().filter(pk=number).first() if is_number else None
        if person is None:
            messages.error(request, _("Nothing was done: choose a person who may translate."))
            return
        try:
            self._told(request, assigning.assign(pairs, person, request.user))
        except assigning.CannotAssign as refusal:
            messages.error(request, str(refusal))

    def due(self, request: HttpRequest, pairs: list) -> None:
        form = DueForm(request.POST)
        if not form.is_valid():
            for name, problems in form.errors.items():
                messages.error(request, f"{form.fields[name].label}: {' '.join(problems)}")
            return
        # Left empty, it takes no note away.
        note = form.cleaned_data["note"] or None
        self._told(
            request, assigning.set_due(pairs, form.cleaned_data["due_on"], note, request.user)
        )

    def _told(self, request: HttpRequest, changed: int) -> None:
        if changed:
            text = ngettext("%(n)s row changed.", "%(n)s rows changed.", changed)
            messages.success(request, text % {"n": changed})
        else:
            messages.info(request, _("Nothing to change: it was so already."))


def _back(request: HttpRequest) -> str:
    """The queue as it was filtered, or the piece that the row was acted on from."""
    if request.POST.get("from") == "piece":
        key, _colon, language = request.POST.get("row", "").partition(":")
        with contextlib.suppress(NoReverseMatch):
            return reverse("translation:piece", args=[key, language])
    query = request.POST.get("query", "")[:_KEEP_QUERY]
    return f"{reverse('translation:queue')}?{query}"


class PieceView(QueueScreen, TemplateView):
    """One piece in one language: what there is to do, with old and new side by side."""

    template_name = "content/admin/translation/piece.html"
    page_title = gettext_lazy("What is to be translated")

    def get_page_subtitle(self) -> str:
        return self.standing.title

    def get_context_data(self, key: UUID, language: str, **kwargs) -> dict:
        self.standing = standing_or_404(key, language)
        own = {locale.language_code for locale in rights.locales_of(self.request.user)}
        opened = []
        if self.standing.translation_pk:
            translation = Translation.objects.select_related("source__specific_content_type").get(
                pk=self.standing.translation_pk
            )
            opened = changes.open_segments(translation)
        return super().get_context_data(
            **described(self.standing, own),
            changed=[one for one in opened if one.state == "changed"],
            others=[one for one in opened if one.state != "changed"],
            history=_history(self.standing.work),
            may_translate=rights.may_translate(self.request.user),
            **kwargs,
        )


def _history(work: tuple | None) -> list[ModelLogEntry]:
    if work is None:
        return []
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(TranslationWork), object_id=str(work.pk)
    )
    return list(entries.select_related("user").order_by("-timestamp", "-pk")[:50])
