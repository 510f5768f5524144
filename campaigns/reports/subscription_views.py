"""A person's own subscriptions, and the mails that they came to."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages

from campaigns.reports import exports, figures, filters, subscriptions
from campaigns.reports.models import ReportMail, Subscription
from campaigns.reports.screens import ReportScreen
from campaigns.reports.words import BY_LABELS

MAILS_A_PAGE = 25


class SubscribeForm(forms.Form):
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Subscription.Rhythm.choices)
    by = forms.ChoiceField(label=gettext_lazy("Rows of the file"))
    format = forms.ChoiceField(label=gettext_lazy("File"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = [
            (by, label) for by, label in BY_LABELS.items() if by in figures.BY
        ]
        self.fields["format"].choices = [(kind, kind.upper()) for kind in exports.FORMATS]


class _MailScreen(ReportScreen):
    header_icon = "mail"

    def trail(self) -> list[dict]:
        return [{"url": reverse("campaigns_admin:subscriptions"), "label": _("Reports by mail")}]


class SubscriptionsView(_MailScreen, TemplateView):
    """What is sent to me, when it comes next, or why it does not."""

    template_name = "campaigns/reports/subscriptions.html"
    page_title = gettext_lazy("Reports by mail")

    def trail(self) -> list[dict]:
        return []

    def get_context_data(self, **kwargs) -> dict:
        user = self.request.user
        mine = list(Subscription.objects.standing().filter(user=user))
        mails = ReportMail.objects.filter(subscription__user=user).select_related("subscription")
        page = Paginator(mails, MAILS_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            rows=[{"wish": wish, "by": BY_LABELS.get(wish.by, wish.by)} for wish in mine],
            mails=page,
            address=user.email,
            **kwargs,
        )


class SubscribeView(_MailScreen, FormView):
    """Subscribe to what the dashboard shows at this address."""

    template_name = "campaigns/reports/subscribe.html"
    page_title = gettext_lazy("Have this report sent")
    form_class = SubscribeForm

    @cached_property
    def asked(self) -> filters.Filters:
        return filters.read(self.request)

    def get_context_data(self, **kwargs) -> dict:
        selection = self.asked.selection
        names = [edition.name for edition in selection.editions]
        return super().get_context_data(
            filters=self.asked,
            selection=selection,
            campaigns="、".join(names + [_("Everyday education")] * selection.everyday),
            narrowed=[
                label
                for choices in self.asked.narrowing
                for _code, label, is_chosen in choices.options
                if is_chosen
            ],
            address=self.request.user.email,
            dashboard=f"{reverse('campaigns_admin:dashboard')}?{self.asked.query()}",
            **kwargs,
        )

    def form_valid(self, form: SubscribeForm) -> HttpResponse:
        told = form.cleaned_data
        try:
            wish = subscriptions.subscribe(
                self.request.user,
                self.asked.query(),
                told["by"],
                told["format"],
                told["rhythm"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Subscribed. The first report comes at %(when)s, Beijing time.")
            % {"when": f"{timezone.localtime(wish.next_due):%Y-%m-%d %H:%M}"},
        )
        return HttpResponseRedirect(reverse("campaigns_admin:subscriptions"))


class ActView(_MailScreen, View):
    """Pause, resume or delete one of my own, or have one sent now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        mine = Subscription.objects.standing().filter(user=request.user)
        wish = get_object_or_404(mine, pk=pk)
        if act not in _ACTS:
            raise Http404
        do, words = _ACTS[act]
        do(wish)
        messages.success(request, words)
        return HttpResponseRedirect(reverse("campaigns_admin:subscriptions"))


_ACTS = {
    "pause": (subscriptions.pause, gettext_lazy("Paused: nothing is sent until you resume it.")),
    "resume": (subscriptions.resume, gettext_lazy("Resumed.")),
    "delete": (subscriptions.delete, gettext_lazy("Deleted: nothing more is sent.")),
    "send": (
        subscriptions.send_now,
        gettext_lazy("It goes out within a few minutes; the list below says what became of it."),
    ),
}
