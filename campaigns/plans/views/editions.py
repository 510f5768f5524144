"""An edition's own page, and what is done to it as a whole: open, copy, shift, complete a push."""

from collections import Counter
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition, Series
from campaigns.calendar.private_files import handed_out
from campaigns.calendar.regional import days_here, known_windows
from campaigns.plans import copying
from campaigns.plans.completing import complete
from campaigns.plans.forms import CompleteForm, CopyForm, OpenForm, ShiftForm
from campaigns.plans.models import Plan, PushItem, Task
from campaigns.plans.shifting import Shift, needs_preview, shift
from campaigns.plans.views.plans import versions_for_lists
from campaigns.plans.views.preview import AdminPage, OnEdition, PreviewView, tell
from campaigns.pushes.models import Push
from campaigns.pushes.preflight import stopped_by_campaign
from campaigns.reach.models import Target


class EditionHubView(generic.InspectView):
    """Where all of an edition hangs together, as far as the reader may see it."""

    FIRST = 8
    page_title = gettext_lazy("Campaign")

    def get_context_data(self, **kwargs) -> dict:
        edition, user = self.object, self.request.user
        windows = known_windows(edition, user)
        tasks = edition.tasks.visible_to(user)
        pushes = Push.objects.visible_to(user).filter(edition=edition)
        states = Counter(pushes.values_list("state", flat=True))
        may = user.has_perm
        return super().get_context_data(
            edition=edition,
            today=timezone.localdate(),
            may_change=self.user_has_permission("change"),
            is_regional=may("campaigns.change_edition") and not self.user_has_permission("change"),
            may_tasks=may("campaigns.change_task"),
            may_plan=may("campaigns.add_plan"),
            may_windows=may("campaigns.add_regionalwindow"),
            may_complete=may("campaigns.add_push"),
            may_targets=may("campaigns.view_target"),
            has_schedule=copying.has_schedule(edition),
            tasks=tasks.not_done().select_related("owner", "region", "edition")[: self.FIRST],
            task_count=tasks.not_done().count(),
            tasks_done=tasks.filter(state=Task.State.DONE).count(),
            overdue=tasks.overdue(timezone.localdate()).count(),
            items=PushItem.objects.visible_to(user)
            .still_open()
            .filter(edition=edition)
            .select_related("task", "channel", "account"),
            push_states=[
                (label, states[value], value)
                for value, label in Push.State.choices
                if states[value]
            ],
            windows=windows,
            days_here=days_here(edition, user, windows),
            plans=Plan.objects.visible_to(user)
            .filter(edition=edition)
            .select_related("region")
            .prefetch_related(versions_for_lists()),
            target_count=Target.objects.visible_to(user).filter(edition=edition).count(),
            **kwargs,
        )

    def get_fields(self) -> list:
        return []

    @cached_property
    def header_buttons(self) -> list:
        if not self.user_has_permission("change"):
            return []
        return [
            HeaderButton(
                label, url=reverse(f"edition:{name}", args=[self.object.pk]), icon_name=icon
            )
            for name, label, icon in (
                ("edit", _("Enter the notice"), "doc-full"),
                ("shift", _("Move the window"), "calendar-alt"),
                ("copy", _("Copy a schedule"), "copy"),
            )
        ]


class EditionIndexView(generic.IndexView):
    """Editions; opening one from the template is the usual way."""

    @cached_property
    def header_more_buttons(self) -> list:
        buttons = list(super().header_more_buttons)
        if self.user_has_permission("add"):
            url = reverse("edition:open")
            buttons.append(
                HeaderButton(_("Open from the template"), url=url, icon_name="calendar-check")
            )
        return buttons


class EditionCreateView(generic.CreateView):
    def get_success_url(self) -> str:
        return reverse("edition:inspect", args=[self.object.pk])


class EditionEditView(generic.EditView):
    """The notice. Other dates are not taken over before it was seen what moves with them."""

    # So many are named in the message; the list shows all.
    MOST_NAMED = 3
    wish: dict | None = None
    is_confirmed_now = False

    def save_instance(self) -> Edition:
        edition = self.form.instance
        before = Edition.objects.get(pk=edition.pk)
        self.is_confirmed_now = (before.state, edition.state) == (
            Edition.State.EXPECTED, Edition.State.CONFIRMED,
        )  # fmt: skip
        is_moved = (edition.starts_on, edition.ends_on) != (before.starts_on, before.ends_on)
        if is_moved and needs_preview(before):
            self.wish = {"starts_on": edition.starts_on, "ends_on": edition.ends_on}
            if edition.state == Edition.State.CONFIRMED:
                self.wish["confirmed"] = "on"
            edition.starts_on, edition.ends_on = before.starts_on, before.ends_on
            edition.state = before.state
        saved = super().save_instance()
        if {"embargo_until", "needs_both_languages"} & set(self.form.changed_data):
            self._tell_what_stops()
        return saved

    def _tell_what_stops(self) -> None:
        """Which approved pushes would now fail, so that somebody sees to them in time."""
        pushes = Push.objects.visible_to(self.request.user).filter(edition=self.form.instance)
        stopped = stopped_by_campaign(pushes, timezone.now())
        if not stopped:
            return
        names = [str(push) for push, _why in stopped]
        text = ngettext(
            "%(n)s approved push would fail as it stands: %(pushes)s. %(why)s",
            "%(n)s approved pushes would fail as they stand: %(pushes)s. %(why)s",
            len(stopped),
        ) % {
            "n": len(stopped),
            "pushes": "；".join(names[: self.MOST_NAMED] + ["…"] * (len(names) > self.MOST_NAMED)),
            "why": " ".join(dict.fromkeys(why for _push, why in stopped)),
        }
        query = urlencode({"edition": self.form.instance.pk, "state": Push.State.APPROVED})
        button = messages.button(f"{reverse('push:index')}?{query}", _("Look at these pushes"))
        messages.warning(self.request, text, buttons=[button])

    def get_success_message(self) -> str | None:
        if self.wish:
            return None
        if self.is_confirmed_now:
            return _("Saved. The dates are confirmed: %(first)s to %(last)s.") % {
                "first": self.object.starts_on,
                "last": self.object.ends_on,
            }
        return super().get_success_message()

    def get_success_url(self) -> str:
        if self.wish:
            messages.warning(
                self.request,
                _("The notice is saved. The dates are not moved yet: see what moves, and confirm."),
            )
            return f"{reverse('edition:shift', args=[self.object.pk])}?{urlencode(self.wish)}"
        return reverse("edition:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class ShiftView(OnEdition, PreviewView):
    form_class = ShiftForm
    page_title = gettext_lazy("Move the window")
    preview_template = "campaigns/plans/shift.html"
    confirm_label = gettext_lazy("Yes, move all this")

    def get_initial(self) -> dict:
        edition = self.edition
        return {
            "starts_on": edition.starts_on,
            "ends_on": edition.ends_on,
            "confirmed": edition.has_notice,
        }

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "starts_on" not in request.GET:
            return super().get(request, *args, **kwargs)
        # Sent here with the dates of the notice: straight to the preview.
        form = ShiftForm(request.GET)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def verb(self, form: ShiftForm) -> Callable[[], Shift]:
        given, user = form.cleaned_data, self.request.user
        confirmed = given["confirmed"]
        return lambda: shift(
            self.edition, given["starts_on"], given["ends_on"], user, confirmed=confirmed
        )

    def done(self, result: Shift) -> str:
        log(instance=result.edition, action="wagtail.edit", content_changed=True)
        messages.success(
            self.request,
            _("The window is now %(first)s to %(last)s; %(moved)s things moved with it.")
            % {"first": result.after[0], "last": result.after[1], "moved": len(result.moves)},
        )
        return self.back_url


class OpenView(AdminPage, PreviewView):
    form_class = OpenForm
    permission_required = "add"
    page_title = gettext_lazy("Open from the template")
    preview_template = "campaigns/plans/copy.html"
    confirm_label = gettext_lazy("Yes, open it")

    def get_initial(self) -> dict:
        code = self.request.GET.get("series", "")
        active = Series.objects.filter(is_active=True)
        series = active.filter(code=code).first() or active.first()
        return {"series": series}

    def verb(self, form: OpenForm) -> Callable[[], copying.Copied]:
        given, user = form.cleaned_data, self.request.user
        return lambda: copying.open_from_template(given["series"], given["year"], user)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(back_url=reverse("edition:index"), **kwargs)

    def done(self, result: copying.Copied) -> str:
        log(instance=result.edition, action="wagtail.create", content_changed=True)
        messages.success(
            self.request,
            _("%(edition)s is open; its dates are expected until the notice is entered.")
            % {"edition": result.edition},
        )
        return reverse("edition:inspect", args=[result.edition.pk])


class CopyView(OnEdition, PreviewView):
    form_class = CopyForm
    page_title = gettext_lazy("Copy a schedule")
    preview_template = "campaigns/plans/copy.html"
    confirm_label = gettext_lazy("Yes, copy this")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "edition": self.edition}

    def verb(self, form: CopyForm) -> Callable[[], copying.Copied]:
        other, user = form.other, self.request.user
        if other is None:
            return lambda: copying.copy_template(self.edition, user)
        with_targets = form.cleaned_data["with_targets"]
        return lambda: copying.copy_edition(other, self.edition, user, with_targets=with_targets)

    def done(self, result: copying.Copied) -> str:
        messages.success(self.request, _("Copied: %(what)s.") % {"what": _in_words(result)})
        return self.back_url


def _in_words(copied: copying.Copied) -> str:
    """What was copied, kind by kind, without the kinds that nothing was copied of."""
    counted = (
        (len(copied.tasks), ngettext_lazy("%(n)s task", "%(n)s tasks", "n")),
        (len(copied.pushes), ngettext_lazy("%(n)s push", "%(n)s pushes", "n")),
        (
            len(copied.to_complete),
            ngettext_lazy("%(n)s push to be completed", "%(n)s pushes to be completed", "n"),
        ),
        (copied.targets, ngettext_lazy("%(n)s target", "%(n)s targets", "n")),
    )
    said = [words % {"n": count} for count, words in counted if count]
    return _(", ").join(said) or _("nothing")


class CompleteView(AdminPage, FormView):
    """Tell what an open push lacks; then it is planned."""

    form_class = CompleteForm
    permission_policy = ModelPermissionPolicy(Push)
    permission_required = "add"
    header_icon = "upload"
    page_title = gettext_lazy("Complete the push")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        items = PushItem.objects.visible_to(request.user).select_related("edition")
        self.item = get_object_or_404(items, pk=kwargs["pk"])
        self.back_url = reverse("edition:inspect", args=[self.item.edition_id])

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.item.push_id:
            messages.info(request, _("Somebody has completed this push in the meantime."))
            return HttpResponseRedirect(reverse("push:inspect", args=[self.item.push_id]))
        return super().get(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.item)

    def trail(self) -> list[dict]:
        return [{"url": self.back_url, "label": str(self.item.edition)}]

    def get_form_kwargs(self) -> dict:
        # A copy: a refused form must not leave its values on the item.
        item = PushItem.objects.get(pk=self.item.pk)
        return {**super().get_form_kwargs(), "instance": item, "for_user": self.request.user}

    def form_valid(self, form: CompleteForm) -> HttpResponse:
        given = form.cleaned_data
        names = ("page", "language", "account", "publishing")
        wish = {name: given[name] for name in names} | {"at": given["scheduled_at"]}
        try:
            planned = complete(self.item, **wish, by=self.request.user)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The push is planned and its task is done."))
        for warning in planned.warnings:
            messages.warning(self.request, warning)
        return HttpResponseRedirect(self.back_url)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            edition=self.item.edition,
            submit_label=_("Plan the push"),
            remark=self.item.reason,
            back_url=self.back_url,
            **kwargs,
        )


class NoticeView(OnEdition, View):
    """The notice, as a download."""

    permission_required = "view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return handed_out(self.edition.notice_file, self.edition.notice_file_name)
