"""Admin screens that keep to the user's own regions, and the organisation's own screens.

Every floor's viewsets hang on ScopedViewSet: what lies outside the user's regions is not listed,
not offered in a form, and 404 by its address.
"""

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.regions.forms import (
    NewRegionForm,
    PostingForm,
    RegionForm,
    ScopedForm,
    indented,
)
from campaigns.regions.models import Posting, Region


class _ScopedListing:
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().visible_to(self.request.user)


class ScopedObject:
    def get_base_object_queryset(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)  # noqa: SLF001

    def get_object(self, queryset: QuerySet | None = None):
        pk = self.kwargs[self.pk_url_kwarg]
        return get_object_or_404(self.get_base_object_queryset(), pk=pk)


class ScopedIndexView(_ScopedListing, generic.IndexView):
    pass


class CardIndexView(ScopedIndexView):
    """A list of cards under tabs, which choose by the filter `show`."""

    template_name = "campaigns/cards/index.html"
    results_template_name = "campaigns/cards/index_results.html"
    card_template = ""
    tabs_label = ""

    @property
    def shown(self) -> str:
        return self.request.GET.get("show", "")

    def tabs(self) -> list[tuple]:
        """The filter's value (empty: all), what the tab says, and how many (None: not counted)."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What an empty list says."""
        raise NotImplementedError

    def first_step(self) -> str:
        """What the button says that makes a first one, where the list is empty and they may."""
        return ""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            card_template=self.card_template,
            tabs_label=self.tabs_label,
            tabs=self.tabs(),
            shown=self.shown,
            nothing=self.nothing(),
            first_step=self.first_step(),
            **kwargs,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.is_searching or self.is_filtering)


class ScopedCreateView(generic.CreateView):
    def get_success_buttons(self) -> list:
        return super().get_success_buttons() if self.edit_url_name else []


class ScopedEditView(ScopedObject, generic.EditView):
    pass


class ScopedDeleteView(ScopedObject, generic.DeleteView):
    pass


class ScopedInspectView(ScopedObject, generic.InspectView):
    # Wagtail's word for it is the one that checking a push bears here.
    page_title = _("Details")

    def get_field_display_value(self, field_name: str, field):
        value = super().get_field_display_value(field_name, field)
        if value is None or value == "":
            return "—"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return value


class ScopedHistoryView(ScopedObject, history.HistoryView):
    pass


class ScopedUsageView(ScopedObject, usage.UsageView):
    pass


class ScopedViewSet(ModelViewSet):
    """Screens for a model whose manager knows `visible_to(user)`."""

    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    inspect_view_class = ScopedInspectView
    history_view_class = ScopedHistoryView
    usage_view_class = ScopedUsageView
    copy_view_enabled = False
    list_per_page = 25
    # Names of stock addresses that this model does not offer, such as "delete" or "usage".
    withheld: frozenset[str] = frozenset()

    def get_urlpatterns(self) -> list:
        return [
            pattern for pattern in super().get_urlpatterns() if pattern.name not in self.withheld
        ]

    def get_common_view_kwargs(self, **kwargs) -> dict:
        absent = {f"{name}_url_name": None for name in self.withheld if name != "history_results"}
        return super().get_common_view_kwargs(**{**absent, **kwargs})

    def get_edit_handler(self):
        panels = getattr(self, "panels", None)
        if panels is None:
            return super().get_edit_handler()
        form = getattr(self, "base_form_class", ScopedForm)
        return ObjectList(panels, base_form_class=form).bind_to_model(self.model)


class RegionIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().annotate(people=Count("postings"))

    @cached_property
    def columns(self) -> list:
        name = self._get_title_column_class(TitleColumn)
        tree = name("name", label=_("Region"), accessor=indented, get_url=self.get_edit_url)
        return [tree, *super().columns]

    def get_list_more_buttons(self, instance: Region) -> list:
        buttons = super().get_list_more_buttons(instance)
        if self.add_url and instance.level != Region.Level.COUNTY and instance.is_active:
            buttons.append(
                MenuItem(
                    _("Add a region below"),
                    url=f"{self.add_url}?parent={instance.pk}",
                    icon_name="plus",
                    priority=20,
                )
            )
        return buttons


class RegionCreateView(ScopedCreateView):
    def get_initial(self) -> dict:
        return {**super().get_initial(), "parent": self.request.GET.get("parent")}


class RegionViewSet(ScopedViewSet):
    """The organisation's tree. A region is never deleted: files and figures refer to its code."""

    model = Region
    icon = "site"
    menu_order = 100
    index_view_class = RegionIndexView
    add_view_class = RegionCreateView
    withheld = frozenset({"delete", "usage"})
    list_display = [
        Column("code", label=_("Code"), accessor="code"),
        Column("level", label=_("Level"), accessor="get_level_display"),
        BooleanColumn("is_active", label=_("Active")),
        Column("people", label=_("People posted"), accessor="people"),
    ]
    list_filter = ["level", "is_active"]
    search_fields = ["code", "name", "name_kk"]
    search_backend_name = None
    list_per_page = 100

    def get_form_class(self, for_update: bool = False) -> type:
        return RegionForm if for_update else NewRegionForm


class PostingViewSet(ScopedViewSet):
    """Who holds which role where. A posting is given or taken away, not edited."""

    model = Posting
    icon = "user"
    menu_order = 200
    withheld = frozenset({"edit", "usage", "history", "history_results"})
    list_display = ["user", "role", "region"]
    list_filter = ["role"]
    search_fields = [
        "user__username",
        "user__first_name",
        "user__last_name",
        "region__name",
        "region__code",
    ]
    search_backend_name = None

    def get_form_class(self, for_update: bool = False) -> type:
        return PostingForm


VIEWSETS: list[ModelViewSet] = [RegionViewSet("region"), PostingViewSet("posting")]
