"""Charts as inline SVG, drawn on the server: no script, no font from elsewhere, values in words.

Colour never carries meaning alone: every bar has its figure printed, and a table stands beside it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement

import pygal
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from pygal.etree import etree
from pygal.style import Style

from campaigns.reach.display import in_ten_thousands

# Pygal's finder of map plugins, which we have none of, is of a kind that Python no longer knows;
# whoever walks over the finders stumbles on it.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
# Pygal takes lxml where some other package happens to bring it; the drawing stays the same without.
etree.to_etree()

_WIDTH = 440
_LETTER = 16
_MOST_BARS = 45
_MOST_DAYS = 400
_FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_LOOK = {
    "background": "transparent",
    "plot_background": "transparent",
    "foreground": "currentColor",
    "foreground_strong": "currentColor",
    "foreground_subtle": "currentColor",
    "guide_stroke_color": "rgba(128, 128, 128, 0.3)",
    "major_guide_stroke_color": "rgba(128, 128, 128, 0.3)",
    "guide_stroke_dasharray": "0",
    "major_guide_stroke_dasharray": "0",
    "opacity": "1",
    "opacity_hover": "1",
    "stroke_width": "2",
    "transition": "none",
    "font_family": _FONT,
    "value_font_family": _FONT,
    "label_font_family": _FONT,
    "major_label_font_family": _FONT,
    "label_font_size": _LETTER,
    "major_label_font_size": _LETTER,
    "value_font_size": _LETTER,
    "value_colors": ("currentColor", "currentColor"),
}
_REACHED, _TARGET = "#2f7f94", "#b4c4cc"
_COMMON = {
    "style": Style(colors=(_REACHED,), **_LOOK),
    "js": (),
    "disable_xml_declaration": True,
    "show_legend": False,
    "width": _WIDTH,
    "margin": 6,
    "value_formatter": lambda value: in_ten_thousands(round(value)),
}


@dataclass(frozen=True)
class Bar:
    """One bar: its label, how long it is (person-times), and what it is held against."""

    label: str
    value: int
    target: int | None = None


def ranked_bars(title: str, bars: Sequence[Bar]) -> SafeString:
    """Horizontal bars in the order given, each with its figure, targets as pale bars beside them.

    Empty when there is nothing to draw.
    """
    longest = max((max(bar.value, bar.target or 0) for bar in bars), default=0)
    if longest <= 0:
        return SafeString("")
    with_targets = any(bar.target for bar in bars)
    chart = pygal.HorizontalBar(
        height=(62 if with_targets else 36) * len(bars) + 20,
        print_values=True,
        print_values_position="top",
        show_x_guides=False,
        show_y_guides=False,
        show_x_labels=False,
        spacing=4,
        # Room behind the longest bar for its figure.
        range=(min(0, *(bar.value for bar in bars)), longest * 1.55),
        margin_left=_missing_width([bar.label for bar in bars]),
        **_COMMON,
    )
    if with_targets:
        chart.config.style = Style(colors=(_TARGET, _REACHED), **_LOOK)
    # pygal draws from the bottom up.
    upwards = list(reversed(bars))
    chart.x_labels = [bar.label for bar in upwards]
    targets = [
        {"value": bar.target, "formatter": _as_target} if bar.target else None for bar in upwards
    ]
    values = [bar.value for bar in upwards]
    for series in [targets, values] if with_targets else [values]:
        chart.add("", series)
    chart.add_xml_filter(_figures_behind_bars)
    return _drawn(chart, title)


def days(title: str, by_day: dict[date, int]) -> SafeString:
    """A bar a day, days without figures included; a line for a long span.

    Campaigns that lie far apart stand side by side, without the empty months between them. Empty
    when there is nothing to draw, or too much.
    """
    if not by_day:
        return SafeString("")
    first, last = min(by_day), max(by_day)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if len(span) > _MOST_BARS >= len(by_day):
        span = sorted(by_day)
    if len(span) > _MOST_DAYS:
        return SafeString("")
    kind = pygal.Bar if len(span) <= _MOST_BARS else pygal.Line
    every = -(-len(span) // 7)
    chart = kind(
        height=280,
        show_minor_x_labels=False,
        truncate_label=-1,
        show_x_guides=False,
        max_scale=6,
        show_dots=False,
        fill=kind is pygal.Line,
        include_x_axis=True,
        **_COMMON,
    )
    chart.x_labels = [f"{day:%m-%d}" for day in span]
    chart.x_labels_major = [f"{day:%m-%d}" for day in span[::every]]
    chart.add("", [by_day.get(day, 0) for day in span])
    return _drawn(chart, title)


# Each edition with its own stroke, so that lines can be told apart without their colours.
_STROKES = (
    {"width": 3},
    {"width": 2, "dasharray": "8, 5"},
    {"width": 2, "dasharray": "2, 4"},
    {"width": 2, "dasharray": "12, 4, 2, 4"},
)
_LEGEND_LINE = 24
_COURSE_COLOURS = ("#2f7f94", "#a65c1d", "#6b4f9a", "#4d6b2f")


def courses(title: str, lines: Sequence[tuple[str, Sequence[int | None]]]) -> SafeString:
    """Person-times by day of the campaign, a line an edition, each named above with its stroke.

    Empty when there is nothing to draw, or too much.
    """
    lines = list(lines)[: len(_STROKES)]
    length = max((len(values) for _name, values in lines), default=0)
    if not 1 < length <= _MOST_DAYS or not any(value for _n, values in lines for value in values):
        return SafeString("")
    every = -(-length // 10)
    common = {**_COMMON, "style": Style(colors=_COURSE_COLOURS, **_LOOK)}
    chart = pygal.Line(
        height=260 + _LEGEND_LINE * len(lines),
        show_minor_x_labels=False,
        show_x_guides=False,
        max_scale=6,
        dots_size=3,
        show_dots=length <= _MOST_BARS,
        include_x_axis=True,
        truncate_label=-1,
        margin_top=_LEGEND_LINE * len(lines) + 6,
        **common,
    )
    numbers = [str(number) for number in range(1, length + 1)]
    chart.x_labels = numbers
    chart.x_labels_major = numbers[::every]
    chart.x_title = _("day of the campaign")
    for (name, values), stroke in zip(lines, _STROKES, strict=False):
        chart.add(name, list(values), stroke_style=stroke)
    chart.add_xml_filter(lambda root: _legend(root, [name for name, _values in lines]))
    return _drawn(chart, title)


def _legend(root: Element, names: Sequence[str]) -> Element:
    """Above the plot, which leaves room for it. pygal's own shows colours alone, and no strokes."""
    legend = SubElement(root, "g", {"class": "legend"})
    for at, (name, stroke, colour) in enumerate(
        zip(names, _STROKES, _COURSE_COLOURS, strict=False)
    ):
        middle = f"{_LEGEND_LINE * (at + 0.5):g}"
        # By attribute and style: pygal's own style sheet knows nothing of these.
        line = {"x1": "8", "x2": "64", "y1": middle, "y2": middle, "stroke": colour}
        line |= {"stroke-width": str(stroke["width"])}
        if "dasharray" in stroke:
            line["stroke-dasharray"] = stroke["dasharray"]
        SubElement(legend, "line", line)
        text = {"x": "76", "y": f"{_LEGEND_LINE * (at + 0.5) + 5:g}", "fill": "currentColor"}
        SubElement(legend, "text", text | {"font-size": str(_LETTER)}).text = name
    return root


def _as_target(value: int) -> str:
    return _("target %(figure)s") % {"figure": in_ten_thousands(value)}


def _missing_width(labels: Sequence[str]) -> float:
    """pygal takes every letter for a narrow one; Han characters need the rest of their width."""
    wide = max(sum(east_asian_width(letter) in "WF" for letter in label) for label in labels)
    return 6 + 0.45 * _LETTER * wide


def _figures_behind_bars(root: Element) -> Element:
    """pygal sets them over the end of the bar, where they cannot be read."""
    for text in root.iter("text"):
        if "value" in text.get("class", "").split():
            text.set("text-anchor", "start")
            text.set("x", str(float(text.get("x", "0")) + 8))
    return root


def _drawn(chart: pygal.Graph, title: str) -> SafeString:
    chart.add_xml_filter(lambda root: _named(root, title))
    # pygal escapes labels and values itself; the title goes in as an element's text.
    return mark_safe(chart.render(is_unicode=True))  # noqa: S308


def _named(root: Element, title: str) -> Element:
    for parent in root.iter():
        # pygal's settings for a script that is not there.
        for script in parent.findall("script"):
            parent.remove(script)
    root.set("role", "img")
    root.set("aria-label", title)
    root.set("focusable", "false")
    name = SubElement(root, "title")
    name.text = title
    root.remove(name)
    root.insert(0, name)
    return root
