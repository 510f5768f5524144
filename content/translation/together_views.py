"""All languages of a piece on one screen, and the one decision about them."""

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateTimeInput

from content.languages import LANGUAGES
from content.models import EducationPage, Release
from content.translation import readiness
from content.translation.access import piece_for
from content.translation.staleness.keeping import take_over
from content.translation.texts import changes, words_in, words_of
from content.translation.together import choosing, deciding, releases
from content.translation.together.publishing import NotTogetherError


class DecisionForm(forms.Form):
    """When, and without which languages."""

    at = forms.DateTimeField(
        label=gettext_lazy("Instant (Beijing)"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=gettext_lazy("Empty: now, at once."),
    )
    left_out = forms.MultipleChoiceField(
        label=gettext_lazy("Leave out"),
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A language left out stays as it is, missing or out of step."),
    )

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(_("The instant has passed already."))
        return at


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: how each language stands. POST `act`: publish, call_off, mark, hand_over."""
    page = piece_for(request.user, pk)
    key = page.translation_key
    acts = {"publish": _publish, "call_off": _call_off, "mark": _mark, "hand_over": _hand_over}
    form = DecisionForm(request.POST if request.POST.get("act") == "publish" else None)
    if request.method == "POST":
        act = acts.get(request.POST.get("act", ""))
        if act is None or not act(request, page, form):
            messages.error(request, _("Nothing was done: see what stands in the way."))
        else:
            return HttpResponseRedirect(request.path)
    members = readiness.checked(readiness.members_of(key), request.user)
    return TemplateResponse(
        request,
        "content/admin/versions/together.html",
        {
            "page": page,
            "rows": [
                (member, LANGUAGES[member.language], _news(member), _edit_url(member, request.user))
                for member in members
            ],
            "form": form,
            "release": Release.objects.waiting().filter(translation_key=key).first(),
            "past": Release.objects.filter(translation_key=key)
            .exclude(state=Release.State.WAITING)
            .select_related("decided_by")[:5],
            "goes_together": choosing.goes_together(key),
            "may_decide": _may_decide(request.user, members),
            "may_hand_over": request.user.has_perm("wagtail_localize.submit_translation"),
            "draft_to_hand_over": _draft_to_hand_over(members),
            "is_ready": not any(member.blockers for member in members),
        },
    )


def _edit_url(member: readiness.Member, user) -> str:
    """Where the language is edited; a reviewer may open only what is in review."""
    if member.page and member.page.permissions_for_user(user).can_edit():
        return member.edit_url
    return ""


def _news(member: readiness.Member) -> list:
    """What the language's draft says otherwise than the public does."""
    if not member.has_news:
        return []
    model = type(member.page)
    then = words_of(member.page) if member.page.live else {}
    return changes(then, words_in(member.revision, model), model)


def _may_decide(user, members) -> bool:
    pages = [member.page for member in members if member.page]
    return all(page.permissions_for_user(user).can_publish() for page in pages)


def _require_decider(request: HttpRequest, page: EducationPage) -> None:
    if not _may_decide(request.user, readiness.members_of(page.translation_key)):
        raise PermissionDenied


def _publish(request: HttpRequest, page: EducationPage, form: DecisionForm) -> bool:
    _require_decider(request, page)
    if not form.is_valid():
        return False
    try:
        release = deciding.decide(page.translation_key, request.user, **form.cleaned_data)
    except NotTogetherError as error:
        names = dict(settings.LANGUAGES)
        for blocker in error.blockers:
            form.add_error(None, f"{names.get(blocker.language, '')} {blocker.message}".strip())
        return False
    if release.state == Release.State.PUBLISHED:
        messages.success(request, _("All languages are public since one and the same instant."))
    else:
        messages.success(request, _("All languages go live together at the instant that was set."))
    return True


def _call_off(request: HttpRequest, page: EducationPage, _form) -> bool:
    _require_decider(request, page)
    release = Release.objects.waiting().filter(translation_key=page.translation_key).first()
    if release is None:
        return False
    releases.call_off(release, request.user)
    messages.success(request, _("Called off: every language is a draft again."))
    return True


def _mark(request: HttpRequest, page: EducationPage, _form) -> bool:
    _require_decider(request, page)
    is_together = request.POST.get("together") == "1"
    choosing.choose(page.translation_key, is_together, request.user)
    if is_together:
        messages.success(request, _("A language that is approved now waits for the others."))
    else:
        messages.success(request, _("Each language now goes live as it is approved."))
    return True


def _hand_over(request: HttpRequest, page: EducationPage, _form) -> bool:
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        raise PermissionDenied
    members = readiness.members_of(page.translation_key)
    if not _draft_to_hand_over(members):
        return False
    original = members[0]
    take_over(original.page, original.revision)
    messages.success(request, _("Translators have the new Chinese before it is public."))
    return True


def _draft_to_hand_over(members) -> bool:
    """Whether the Chinese draft has words that wagtail-localize has not been given."""
    original = members[0]
    return original.has_news and any(
        readiness.lacks_words_of(member.page, original) for member in members[1:] if member.page
    )
