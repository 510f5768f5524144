"""The admin screen of the metrics: head office says what is counted."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from campaigns.calendar.viewsets import HeadOfficeViewSet
from campaigns.reach.models import Metric
from campaigns.regions.forms import ScopedForm

_WHAT_IT_SAYS = ["name", "unit", "definition", "counts_as_reach", "parent"]


class NewMetricForm(ScopedForm):
    class Meta:
        model = Metric
        fields = ["code", *_WHAT_IT_SAYS, "sort_order", "is_active"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Metric.objects.filter(parent=None).exclude(
            pk=self.instance.pk
        )


class MetricForm(NewMetricForm):
    """Of a metric that is used, what it means can no longer be changed."""

    class Meta:
        model = Metric
        fields = [*_WHAT_IT_SAYS, "sort_order", "is_active"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_used():
            for name in Metric.FROZEN:
                field = self.fields[name.removesuffix("_id")]
                field.disabled = True
                field.help_text = _("Figures of this metric stand already: what they mean stays.")


class MetricViewSet(HeadOfficeViewSet):
    """What is counted. Never deleted: figures refer to it."""

    model = Metric
    icon = "form"
    menu_label = _("Metrics")
    menu_order = 500
    withheld = frozenset({"delete", "usage"})
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor="name",
            get_url=lambda metric: reverse("metric:inspect", args=[metric.pk]),
        ),
        Column("code", label=_("Code"), accessor="code"),
        Column("unit", label=_("Unit"), accessor="unit", classname="short"),
        BooleanColumn(
            "counts_as_reach", label=_("Counts as person-times"), accessor="counts_as_reach"
        ),
        Column("definition", label=_("Definition"), accessor="definition", classname="wordy"),
        BooleanColumn("is_active", label=_("Active"), accessor="is_active"),
    ]
    list_filter = ["counts_as_reach", "is_active"]
    search_fields = ["code", "name", "definition"]
    list_per_page = 50
    inspect_view_fields = ["code", *_WHAT_IT_SAYS, "sort_order", "is_active"]

    def get_form_class(self, for_update: bool = False):
        return MetricForm if for_update else NewMetricForm
