"""The desk's screens: a page's texts side by side, one text at a time, and its review."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import Translation

from content.models import EducationPage
from content.templatetags.titles import bdi
from content.translation import drafts, review, saving
from content.translation.desk import asking
from content.translation.desk.rows import Sheet, sheet_of
from content.translation.saving import Kind, Outcome, Typed
from content.translation.segments import segments_of

# Whoever may do none of these anywhere has no business at any desk.
PAGE_WORK = {"add", "change", "publish"}
UNSAVED = (Kind.REFUSED, Kind.CONFLICT)


class _OfTranslation:
    """A translation of a page that the user may look at; what they may not see is not there.

    Opening raises Http404, or PermissionDenied for those who work on no pages at all.
    """

    translation: Translation
    page: Page
    standing: review.Standing

    def open(self, request: HttpRequest, translation_id: int) -> None:
        self.translation, self.page = found(translation_id)
        self.standing = review.standing(self.page, request.user)
        if not self.standing.may_look:
            if not PagePermissionPolicy().user_has_any_permission(request.user, PAGE_WORK):
                raise PermissionDenied
            raise Http404


def found(translation_id: int) -> tuple[Translation, Page]:
    """The translation and its page. Raises Http404 where either is not there."""
    translation = get_object_or_404(
        Translation.objects.select_related(
            "source__locale", "source__specific_content_type", "target_locale"
        ),
        pk=translation_id,
        enabled=True,
    )
    page = Page.objects.filter(
        translation_key=translation.source.object_id, locale=translation.target_locale_id
    ).first()
    if page is None:
        raise Http404
    return translation, page.specific


class DeskView(_OfTranslation, WagtailAdminTemplateMixin, TemplateView):
    """The whole page. Without JavaScript its one form saves all, and each button does its work."""

    template_name = "content/admin/desk/desk.html"
    page_title = gettext_lazy("Translation desk")
    header_icon = "wagtail-localize-language"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.open(request, kwargs["translation_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict]:
        parent = self.page.get_parent()
        return [
            {"url": reverse("wagtailadmin_explore", args=[parent.pk]), "label": bdi(parent.title)},
            {"url": "", "label": bdi(self.page.get_admin_display_title())},
        ]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.standing.may_write:
            messages.error(request, self.standing.kept or _("You may read this page only."))
            return self.back()
        segments = segments_of(self.translation)
        typed = asking.typed_in(request.POST) | asking.picked_in(request.POST, segments)
        act = asking.act_of(request.POST)
        outcomes = saving.save(self.translation, typed, request.user)
        homeless = [
            one.text for pk, one in typed.items() if pk not in outcomes and one.text.strip()
        ]
        if homeless or any(outcome.kind in UNSAVED for outcome in outcomes.values()):
            return self.again(typed, outcomes, homeless)
        self.act(act)
        return self.back(act)

    def act(self, act: asking.Act) -> None:
        """What the button asked for, once every text is stored."""
        tell = ACTS[act.name]
        message, level = tell(self.translation, self.page, act, self.request.user)
        messages.add_message(self.request, level, message)

    def again(self, typed: dict[int, Typed], outcomes: dict[int, Outcome], homeless: list[str]):
        """The form as it was sent, with what is wrong beside each text that was not stored."""
        unsaved = sum(outcome.kind in UNSAVED for outcome in outcomes.values()) + len(homeless)
        messages.error(
            self.request,
            ngettext(
                "%(count)s text was not saved; what you typed is still in its box.",
                "%(count)s texts were not saved; what you typed is still in their boxes.",
                unsaved,
            )
            % {"count": unsaved},
        )
        context = self.get_context_data(typed=typed, outcomes=outcomes, homeless=homeless)
        return self.render_to_response(context, status=422)

    def back(self, act: asking.Act | None = None) -> HttpResponseRedirect:
        show = self.request.POST.get("show", "")
        anchor = f"#text-{act.pk}" if act and act.pk else ""
        query = f"?show={show}" if show in {"todo", "uncertain", "changed"} else ""
        return HttpResponseRedirect(f"{self.address}{query}{anchor}")

    @cached_property
    def address(self) -> str:
        return reverse("translation_desk:desk", args=[self.translation.pk])

    def get_context_data(self, *, typed=None, outcomes=None, homeless=(), **kwargs) -> dict:
        sheet = sheet_of(
            self.translation,
            segments_of(self.translation),
            self.request.user,
            show=self.request.POST.get("show") or self.request.GET.get("show", "all"),
            typed=typed,
            outcomes=outcomes,
        )
        return super().get_context_data(
            sheet=sheet,
            page=self.page,
            standing=self.standing,
            is_writable=self.standing.may_write,
            is_current=drafts.is_current(self.translation, self.page),
            homeless=homeless,
            goes_together=review.goes_together(self.page),
            address=self.address,
            **links(self.translation, self.page, self.request.user),
            **kwargs,
        )


def links(translation: Translation, page: Page, user) -> dict[str, str]:
    """Where else one goes from a page's desk; empty where the user may not."""
    original = translation.source.get_source_instance()
    may_edit = page.permissions_for_user(user).can_edit()
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    preview = reverse("wagtail_localize:preview_translation", args=[translation.pk])
    other = original.permissions_for_user(user).can_edit()
    return {
        "fields_url": f"{editor}?fields=1" if may_edit else "",
        "preview_url": preview if may_edit else "",
        "original_url": reverse("wagtailadmin_pages:edit", args=[original.pk]) if other else "",
        "original_live_url": original.get_url() or "" if original.live else "",
        "history_url": reverse("wagtailadmin_pages:history", args=[page.pk]) if may_edit else "",
        # The home page and the sections have no such screen.
        "together_url": reverse("versions:together", args=[page.pk])
        if isinstance(page, EducationPage)
        else "",
    }


# --- What the buttons do: each answers with a sentence and how good the news is -------------------

GOOD, BAD = messages.SUCCESS, messages.ERROR


def _saved(translation, page, act, user) -> tuple[str, int]:
    return _("Saved."), GOOD


def _draft(translation, page, act, user) -> tuple[str, int]:
    return write_draft_in_words(translation, user)


def write_draft_in_words(translation: Translation, user) -> tuple[str, int]:
    """Write the draft; what came of it, and how good the news is."""
    try:
        drafts.write_draft(translation, user)
    except ValidationError as error:
        return _refused_by_page(error), BAD
    return _("The draft is written. Nothing of it is public before it is reviewed."), GOOD


def _submit(translation, page, act, user) -> tuple[str, int]:
    if not review.standing(page, user).may_submit:
        return _("It cannot be submitted now."), BAD
    sheet = sheet_of(translation, segments_of(translation), user)
    if not sheet.is_done:
        open_texts = sheet.total - sheet.done
        words = _("Saved, but not submitted: %(count)s texts are not translated and read yet.")
        return words % {"count": open_texts}, BAD
    message, level = _draft(translation, page, act, user)
    if level == BAD:
        return message, level
    review.submit(page, user)
    return _("Submitted for review."), GOOD


def _certain(translation, page, act, user) -> tuple[str, int]:
    count = saving.confirm_certain(translation, user)
    return _("%(count)s converted texts were confirmed.") % {"count": count}, GOOD


def _confirm(translation, page, act, user) -> tuple[str, int]:
    if saving.confirm(translation, [act.pk], user):
        return _("Confirmed."), GOOD
    return _("Saved."), GOOD


def _convert(translation, page, act, user) -> tuple[str, int]:
    if saving.convert_anew(translation, [act.pk], user):
        return _("Converted anew from the other script. The text before can be brought back."), GOOD
    return _("The other script has no text of a person there."), BAD


def _undo(translation, page, act, user) -> tuple[str, int]:
    if act.pk and saving.undo(translation, act.pk, user):
        return _("The text before is back."), GOOD
    return _("No earlier text is kept any longer."), BAD


ACTS = {
    "save": _saved,
    "draft": _draft,
    "submit": _submit,
    "certain": _certain,
    "confirm": _confirm,
    "convert": _convert,
    "undo": _undo,
}
ONE_TEXT = {"save", "confirm", "convert", "undo"}


def _refused_by_page(error: ValidationError) -> str:
    return _("The page does not take it: %(reasons)s") % {"reasons": " ".join(error.messages)}


@require_POST
def one_text(request: HttpRequest, translation_id: int, segment_id: int) -> HttpResponse:
    """Save one text, and confirm, convert or undo it: for the desk's script.

    Answers JSON: `kind` (saved, untouched, refused, conflict), `message`, the segment's `html` as
    it is now, and what the head of the desk shows.
    """
    desk = _OfTranslation()
    desk.open(request, translation_id)
    if desk.standing.kept:
        return JsonResponse({"kind": "refused", "message": desk.standing.kept}, status=409)
    if not desk.standing.may_write:
        raise PermissionDenied
    translation, user = desk.translation, request.user
    act = asking.act_of(request.POST)
    if not translation.source.stringsegment_set.filter(pk=segment_id).exists():
        raise Http404
    typed = {segment_id: Typed(request.POST.get("text", ""), request.POST.get("token", ""))}
    outcomes = saving.save(translation, typed, user) if "text" in request.POST else {}
    outcome = outcomes.get(segment_id, Outcome(Kind.UNTOUCHED))
    message, level = _("Saved."), GOOD
    if outcome.kind in UNSAVED:
        message, level = _("Not saved"), BAD
    elif act.name in ONE_TEXT - {"save"}:
        message, level = ACTS[act.name](
            translation, desk.page, asking.Act(act.name, segment_id), user
        )
    sheet = sheet_of(translation, segments_of(translation), user, typed=typed, outcomes=outcomes)
    row = next((row for row in sheet.rows if row.segment.pk == segment_id), None)
    if row is None:
        raise Http404
    context = {"sheet": sheet, "row": row, "is_writable": True}
    return JsonResponse(
        {
            "kind": outcome.kind,
            "message": str(message),
            "is_good": level == GOOD,
            "html": render_to_string("content/admin/desk/segment.html", context, request),
            "head": render_to_string("content/admin/desk/progress.html", context, request),
            "is_done": sheet.is_done,
        }
    )


class ConvertView(_OfTranslation, WagtailAdminTemplateMixin, TemplateView):
    """Make what is empty or unread from the other script; says first how much that is."""

    template_name = "content/admin/desk/convert.html"
    page_title = gettext_lazy("Convert from the other script")
    header_icon = "wagtail-localize-language"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.open(request, kwargs["translation_id"])
        if not self.standing.may_write:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict]:
        title = bdi(self.page.get_admin_display_title())
        return [{"url": self.address, "label": title}, {"url": "", "label": self.page_title}]

    @cached_property
    def address(self) -> str:
        return reverse("translation_desk:desk", args=[self.translation.pk])

    def get_context_data(self, **kwargs) -> dict:
        segments = segments_of(self.translation)
        chosen = saving.convertible(segments)
        sheet: Sheet = sheet_of(self.translation, segments, self.request.user)
        return super().get_context_data(
            sheet=sheet,
            page=self.page,
            address=self.address,
            made=len(chosen),
            made_anew=sum(one.translation is not None for one in chosen),
            kept=sum(one.state == "done" for one in segments),
            lacking=sum(one.state == "new" and not one.may_be_made for one in segments),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        count = saving.convert_page(self.translation)
        words = _("%(count)s texts were converted. Read and confirm them.") % {"count": count}
        messages.success(request, words)
        return HttpResponseRedirect(f"{self.address}?show=uncertain")


@require_POST
def review_page(request: HttpRequest, translation_id: int) -> HttpResponse:
    """A reviewer approves or asks for changes; a translator takes the submission back.

    What is approved goes live, or waits for the other languages where it goes together with them.
    """
    desk = _OfTranslation()
    desk.open(request, translation_id)
    message, level = _decided(desk, request)
    messages.add_message(request, level, message)
    standing = review.standing(Page.objects.get(pk=desk.page.pk).specific, request.user)
    if standing.may_look:
        return HttpResponseRedirect(reverse("translation_desk:desk", args=[translation_id]))
    return HttpResponseRedirect(reverse("wagtailadmin_home"))


def _decided(desk: _OfTranslation, request: HttpRequest) -> tuple[str, int]:
    action, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    user, page = request.user, desk.page
    if action == "take_back" and desk.standing.may_take_back:
        page.current_workflow_state.cancel(user=user)
        return _("The submission was taken back."), GOOD
    if action not in {"approve", "reject"} or not desk.standing.may_decide:
        return _("That is not open to you now."), BAD
    if action == "reject" and not comment:
        return _("Say what has to be changed."), BAD
    if action == "approve":
        message, level = _bring_up_to_date(desk, request.POST.get("seen"), user)
        if level == BAD:
            return message, level
    review.decide(page, user, action, comment)
    if action == "approve":
        return review.outcome(page), GOOD
    return _("Sent back with your words."), GOOD


def _bring_up_to_date(desk: _OfTranslation, seen: str | None, user) -> tuple[str, int]:
    """What is approved is what the reviewer saw: no later text, and no Chinese in its place."""
    translation = desk.translation
    sheet = sheet_of(translation, segments_of(translation), user)
    if not sheet.is_done:
        return _("Texts are open, or have become so since it was submitted: send it back."), BAD
    if sheet.seen != seen:
        return _("The texts are others than when you opened the page: read them again."), BAD
    if drafts.is_current(translation, desk.page):
        return "", GOOD
    return _draft(translation, desk.page, None, user)
