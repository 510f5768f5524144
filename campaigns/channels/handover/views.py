"""What is to be done by hand on an account: its checklist, and how long people have."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from campaigns.channels.account_screens import AccountFormView
from campaigns.channels.handover import handing
from campaigns.channels.handover.forms import SetupForm
from campaigns.channels.models import ChannelAccount


class SetupView(AccountFormView):
    adapter = ChannelAccount.Adapter.HANDOVER
    template_name = "campaigns/channels/admin/setup.html"
    form_class = SetupForm
    page_title = gettext_lazy("Checklist")
    submit_label = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "instance": handing.setup_of(self.account)}

    def form_valid(self, form: SetupForm) -> HttpResponse:
        form.save()
        messages.success(self.request, gettext_lazy("Saved. It holds for hand-overs to come."))
        return HttpResponseRedirect(self.get_success_url())
