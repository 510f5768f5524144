"""The ledger on a screen: a list that stays fast however long it is, and each entry's origin."""

from collections import Counter
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import BEIJING
from campaigns.channels.models import Channel
from campaigns.reach import languages, ledger, metrics, sources, sums
from campaigns.reach.models import EVERYDAY, EVERYDAY_ID, ReachEntry
from campaigns.reach.newest import Wanted, newest
from campaigns.reach.pieces import NONE, Places, titles_of, wants
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name
from campaigns.regions.scope import sees_everything
from campaigns.regions.viewsets import ScopedIndexView, ScopedInspectView

A_PAGE = 50


class KeysetPage:
    """Some entries, the newest day first, and where those after them begin."""

    def __init__(self, entries: list[ReachEntry], size: int, *, is_first: bool) -> None:
        self.object_list = entries[:size]
        self.is_first = is_first
        last = self.object_list[-1] if len(entries) > size else None
        self.after = f"{last.day:%Y-%m-%d}~{last.pk}" if last else ""


class EntriesView(ScopedIndexView):
    """The ledger, with the sum of what is listed: it equals the figure that led here.

    Pages are told by the last entry of the one before, (day, primary key), and not by number:
    nothing has to be counted. The sum comes from the rollups.
    """

    paginate_by = None

    def get_edit_url(self, instance) -> str | None:
        return self.get_inspect_url(instance)

    def get_base_queryset(self) -> QuerySet:
        entries = ReachEntry.objects.select_related("edition", "channel", "region")
        user = self.request.user
        if sees_everything(user) or any(node.is_root() for node in sums.nodes_for(user)):
            return entries
        # Named, regions lead to their entries by index.
        regions = Region.objects.visible_to(user).order_by().values("pk")
        return entries.filter(region__in=regions)

    def get_valid_orderings(self) -> list[str]:
        return []

    @cached_property
    def page(self) -> KeysetPage:
        after = _place(self.request.GET.get("after", ""))
        entries = newest(self.get_queryset(), A_PAGE + 1, after, self._wanted())
        return KeysetPage(entries, A_PAGE, is_first=not after)

    @cached_property
    def _asked(self) -> dict:
        return self.filters.form.cleaned_data if self.filters and self.filters.is_valid() else {}

    def _wanted(self) -> Wanted | None:
        """What is listed, in the words of the sums; None where the ledger's own order serves."""
        asked = self._asked
        nodes, alone = self._within
        if not any(asked.values()) and Region.objects.filter(pk__in=nodes, depth=1).exists():
            return None
        risks, audiences = asked.get("risk") or (), asked.get("audience") or ()
        of_none = _of_no_piece(asked)
        cut = self._cut(asked, nodes)
        if of_none and (risks or audiences):
            cut = cut.of(editions=())
        beside = {"content": ""} if of_none else {}
        if asked.get("origin"):
            beside["origin"] = asked["origin"]
        return Wanted(
            cut,
            of_pieces=Places().where(wants(risks, audiences)) if risks or audiences else None,
            alone=alone.pk if alone else None,
            beside=Q(**beside) if beside else None,
        )

    @cached_property
    def _within(self) -> tuple[tuple[int, ...], Region | None]:
        """The regions to look at with all below them, and the one that is asked for by itself."""
        asked = self._asked
        nodes = self._nodes(asked.get("region") or "")
        code = (asked.get("only_region") or "").strip()
        if not code:
            return nodes, None
        alone = Region.objects.filter(pk__in=self._nodes(code), code=code).first()
        tops = Region.objects.filter(pk__in=nodes)
        if alone is None or not any(top.contains(alone) for top in tops):
            return (), None
        return (alone.pk,), alone

    def get_context_data(self, **kwargs) -> dict:
        self.object_list = self.page.object_list
        titles = titles_of({entry.content for entry in self.object_list if entry.content})
        for entry in self.object_list:
            entry.piece = titles.get(entry.content, entry.content)
        context = super().get_context_data(object_list=self.page.object_list, **kwargs)
        found = self._sums()
        context["sums_known"] = found is not None
        found = found or {}
        context["person_times"] = f"{sum(found.get(code, 0) for code in metrics.reach_codes()):,}"
        context["other_sums"] = [
            {"label": metric.name, "count": f"{found[code]:,}", "unit": metric.unit}
            for code, metric in metrics.known().items()
            if code in found and not metric.counts_as_reach
        ]
        told = self.request.GET.copy()
        for name in ("after", "p", "_w_filter_fragment"):
            told.pop(name, None)
        context["first_page"] = "" if self.page.is_first else f"?{told.urlencode()}"
        if self.page.after:
            told["after"] = self.page.after
            context["next_page"] = f"?{told.urlencode()}"
        return context

    def _sums(self) -> dict[str, int] | None:
        """By metric; None for entries of one origin, which no rollup tells apart."""
        asked = self._asked
        if asked.get("origin"):
            return None
        nodes, alone = self._within
        if not nodes:
            return {}
        cut = self._cut(asked, nodes)
        found = _sums(cut, asked)
        if alone and (below := tuple(alone.get_children().values_list("pk", flat=True))):
            found.subtract(_sums(cut.of(nodes=below), asked))
        return {code: count for code, count in found.items() if count}

    def _nodes(self, code: str) -> tuple[int, ...]:
        """The regions to sum: what is asked for, as far as it is the user's."""
        tops = sums.nodes_for(self.request.user)
        if not code.strip():
            return tuple(top.pk for top in tops)
        region = Region.objects.filter(code=code.strip()[:6]).first()
        if region is None or region.code != code.strip():
            return ()
        if any(top.contains(region) for top in tops):
            return (region.pk,)
        return tuple(top.pk for top in tops if region.contains(top))

    def _cut(self, asked: dict, nodes: tuple[int, ...]) -> sums.Cut:
        campaigns = asked.get("campaign") or []
        editions = Edition.objects.all()
        if campaigns:
            editions = editions.filter(code__in=campaigns)
        everyday = (EVERYDAY_ID,) if not campaigns or EVERYDAY in campaigns else ()
        channels = Channel.objects.filter(code__in=asked.get("channel") or [])
        days = asked.get("day")
        return sums.Cut(
            editions=(*editions.values_list("pk", flat=True), *everyday),
            nodes=nodes,
            first=days.start.date() if days and days.start else None,
            last=days.stop.date() if days and days.stop else None,
            channels=tuple(channels.values_list("pk", flat=True)),
            metrics=tuple(asked.get("metric") or ()),
            bases=tuple(asked.get("basis") or ()),
            languages=tuple("" if one == "-" else one for one in asked.get("language") or ()),
            content=_piece(asked),
        )


def _piece(asked: dict) -> str:
    """The one piece that is asked for; empty for all, and for those of no piece."""
    return "" if _of_no_piece(asked) else (asked.get("content") or "").strip()


def _of_no_piece(asked: dict) -> bool:
    return (asked.get("content") or "").strip() == NONE


def _sums(cut: sums.Cut, asked: dict) -> Counter:
    """By metric, of those pieces that are asked for."""
    of_none = _of_no_piece(asked)
    risks, audiences = asked.get("risk") or (), asked.get("audience") or ()
    found: Counter = Counter()
    if not (risks or audiences):
        for code, count in sums.cube(cut, ("metric",)):
            found[code] += count
        if of_none:
            for code, _content, count in sums.cube(cut, ("metric", "content")):
                found[code] -= count
        return found
    if not of_none:
        wanted, places = wants(risks, audiences), Places()
        for code, content, count in sums.cube(cut, ("metric", "content")):
            if wanted(places.of(content)):
                found[code] += count
    return found


def _place(text: str) -> tuple[date, int] | None:
    """Day and primary key of the last entry before; None where it makes no sense."""
    day, _mark, pk = text.partition("~")
    try:
        return (date.fromisoformat(day), int(pk)) if 0 < int(pk) < 2**63 else None
    except ValueError:
        return None


class EntryView(ScopedInspectView):
    """One entry, what it came from, and the corrections it has been through."""

    @cached_property
    def header_buttons(self) -> list:
        entry = self.object
        if entry.corrects_id or not self.request.user.has_perm("campaigns.correct_reachentry"):
            return []
        url = reverse("campaigns_admin:correct_entry", args=[entry.pk])
        return [HeaderButton(_("Correct a figure"), url=url, icon_name="edit")]

    def get_page_subtitle(self) -> str:
        return in_words(self.object)

    def get_day_display_value(self) -> str:
        return self.object.day.isoformat()

    def get_language_display_value(self) -> str:
        return languages.name_of(self.object.language) or "—"

    def get_recorded_at_display_value(self) -> str:
        return f"{self.object.recorded_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"

    def get_recorded_by_display_value(self) -> str:
        return person_name(self.object.recorded_by) or "—"

    def get_metric_display_value(self) -> str:
        return metrics.name_of(self.object.metric)

    def get_source_key_display_value(self) -> SafeString:
        found = sources.sources(self.object, self.request.user)
        lines = [(_link(source.label, source.url),) for source in found]
        key = format_html("<code>{}</code>", self.object.source_key)
        return format_html("{}{}", format_html_join("", "{}<br>", lines), key)

    def get_corrects_display_value(self) -> str | SafeString:
        corrected = self.object.corrects
        return _entry_link(corrected) if corrected else "—"

    def get_count_display_value(self) -> str | SafeString:
        """With its corrections, and where it stands with them."""
        entry = self.object
        corrections = list(entry.corrections.select_related("recorded_by").order_by("pk"))
        count = f"{entry.count:,}"
        if not corrections:
            return count
        standing = ledger.standings({entry.pk: entry.count})[entry.pk].count
        lines = [
            (_entry_link(one), one.reason, person_name(one.recorded_by)) for one in corrections
        ]
        return format_html(
            "{}{}<br>{}",
            count,
            format_html_join("", "<br>{} {} {}", lines),
            _("stands at %(count)s with its corrections") % {"count": f"{standing:,}"},
        )


def in_words(entry: ReachEntry) -> str:
    """Such as 2026-03-15 合作媒体 视频播放 +7,953,139."""
    metric = metrics.name_of(entry.metric)
    return f"{entry.day} {entry.channel} {metric} {entry.count:+,}"


def _entry_link(entry: ReachEntry) -> SafeString:
    return _link(in_words(entry), reverse("reachentry:inspect", args=[entry.pk]))


def _link(label: str, url: str) -> str | SafeString:
    return format_html('<a href="{}">{}</a>', url, label) if url else label
