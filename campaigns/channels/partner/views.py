"""The screen of a partner's account: its feed, its packages, their links and mails."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.calendar.private_files import handed_out
from campaigns.channels.account_screens import AccountFormView, OnAccount
from campaigns.channels.adapters.zipped import package_path
from campaigns.channels.models import ChannelAccount
from campaigns.channels.partner import items, mailing
from campaigns.channels.partner.forms import SetupForm
from campaigns.channels.partner.models import PackageLink, PartnerItem, PartnerMail


@dataclass(frozen=True)
class ShownLink:
    row: PackageLink
    works: bool
    address: str


class _OnPartner(OnAccount):
    adapter = ChannelAccount.Adapter.PARTNER

    def screen(self) -> str:
        return reverse("campaigns_admin:partner", args=[self.account.pk])

    def back(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return HttpResponseRedirect(self.screen())


class PartnerView(_OnPartner, WagtailAdminTemplateMixin, TemplateView):
    """What stands with the partner now."""

    template_name = "campaigns/channels/admin/partner/account.html"
    permission_required = "view"
    page_title = gettext_lazy("Feed, packages and links")
    header_icon = "mail"
    PER_PAGE = 20

    def get_page_subtitle(self) -> str:
        return self.account.name

    def get_breadcrumbs_items(self) -> list:
        inspect = reverse("channelaccount:inspect", args=[self.account.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("channelaccount:index"), "label": _("Channel accounts")},
            {"url": inspect, "label": self.account.name},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        may_change = self.user_has_permission("change")
        given = self.account.partner_items.prefetch_related("mails__settled_by", "links")
        shown = Paginator(given, self.PER_PAGE).get_page(self.request.GET.get("p"))
        for item in shown:
            item.shown_links = [_shown(link, visible=may_change) for link in item.links.all()]
        return super().get_context_data(
            account=self.account,
            setup=items.setup_of(self.account),
            items=shown,
            can_change=may_change,
            link_days=items.LINK_DAYS,
            **kwargs,
        )


def _shown(link: PackageLink, *, visible: bool) -> ShownLink:
    works = link.works_at(timezone.now())
    # Whoever knows the address may fetch: it is for those who hand it out.
    return ShownLink(link, works and visible, items.address_of(link) if works and visible else "")


class FeedView(PartnerView):
    """Make the feed's address anew, and show it this once; or close the feed."""

    http_method_names = ["post"]
    permission_required = "change"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.POST.get("do") == "close":
            items.close_feed(self.account)
            return self.back(_("The feed is closed: its address leads nowhere any more."))
        address = items.new_feed_address(self.account)
        answer = self.render_to_response(self.get_context_data(new_address=address))
        answer["Cache-Control"] = "no-store"
        return answer


class SetupView(_OnPartner, AccountFormView):
    template_name = "campaigns/channels/admin/setup.html"
    form_class = SetupForm
    page_title = gettext_lazy("Mail and embargo")
    submit_label = gettext_lazy("Save")

    def get_success_url(self) -> str:
        return self.screen()

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "instance": items.setup_of(self.account)}

    def form_valid(self, form: SetupForm) -> HttpResponse:
        form.save()
        return self.back(_("Saved. It holds for packages to come."))


class _OnItem(_OnPartner, View):
    def rows(self) -> QuerySet:
        return PartnerItem.objects.visible_to(self.request.user).select_related("account", "page")

    def account_of(self, found: Model) -> ChannelAccount:
        return found.account


class DownloadView(_OnItem):
    """The package, for those who hand it on themselves."""

    def get(self, request, *args, **kwargs) -> HttpResponse:
        return handed_out(package_path(self.object.package), f"{self.object.page.code}.zip")


class NewLinkView(_OnItem):
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if self.object.withdrawn_at:
            messages.error(request, _("It was taken back: there is nothing to fetch."))
            return HttpResponseRedirect(self.screen())
        items.new_link(self.object, request.user)
        return self.back(_("The link is made. Hand it to the partner; you can close it here."))


class _BelowItem(_OnItem):
    """A view of what hangs on an item."""

    model: type[Model]

    def rows(self) -> QuerySet:
        return self.model.objects.filter(item__in=super().rows()).select_related("item__account")

    def account_of(self, found: Model) -> ChannelAccount:
        return found.item.account


class CloseLinkView(_BelowItem):
    http_method_names = ["post"]
    model = PackageLink

    def post(self, request, *args, **kwargs) -> HttpResponse:
        items.close_link(self.object)
        return self.back(_("The link is closed."))


class SettleMailView(_BelowItem):
    """What a person who has asked the partner says of a mail of unknown fate."""

    http_method_names = ["post"]
    model = PartnerMail

    def post(self, request, *args, **kwargs) -> HttpResponse:
        arrived = request.POST.get("arrived")
        if arrived not in ("yes", "no"):
            messages.error(request, _("Say whether it arrived."))
            return HttpResponseRedirect(self.screen())
        if not mailing.settle(self.object, request.user, arrived=arrived == "yes"):
            return self.back(_("That had been said already; nothing was changed."))
        return self.back(_("Noted. The scheduler goes on from there."))
