"""Where a segment stands on its page, in the words that the page's editor shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.blocks import Block, ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.views.edit_translation import TabHelper

# Behind every field that the editor's form shows.
LAST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A segment's field: what it is called, under which heading, and how much it holds."""

    order: int
    # Segments of one block stand together; each block begins with a heading.
    section_key: str
    section: str
    label: str
    # Characters; None where the field sets no limit.
    limit: int | None = None

    @property
    def name(self) -> str:
        """Section and field in one line."""
        return f"{self.section} › {self.label}" if self.section_key else self.label


def place_of(model: type[Page], path: str, field_path: str) -> Place:
    """The place of a text by wagtail-localize's path of its content and path of its field.

    A path that the model knows no longer is named as it is.
    """
    name, *inner = field_path.split(".")
    parts = path.split(".")
    order = _order_of_fields(model).get(name, LAST)
    try:
        field = model._meta.get_field(name)  # noqa: SLF001 Django's documented door
    except FieldDoesNotExist:
        return Place(order, name, name, field_path)
    called = capfirst(str(getattr(field, "verbose_name", name)))
    if not isinstance(field, StreamField):
        limit = getattr(field, "max_length", None)
        return Place(order, "", _("The page itself"), called, limit)
    key = ".".join(parts[:2])
    try:
        outer, *within = _blocks(field.stream_block, inner)
    except (KeyError, ValueError):
        return Place(order, key, called, field_path)
    names = [str(b.label) for b in within if not isinstance(b, StreamBlock | ListBlock)]
    limit = getattr(getattr((within or [outer])[-1], "field", None), "max_length", None)
    section = f"{called} › {outer.label}" if within else called
    return Place(order, key if within else name, section, " › ".join(names or [str(outer.label)]),
                 limit)  # fmt: skip


def _blocks(block: Block, names: list[str]) -> Iterator[Block]:
    """The blocks along the path. Raises KeyError where it leads nowhere."""
    for name in names:
        if isinstance(block, ListBlock):
            block = block.child_block
        elif isinstance(block, StreamBlock | StructBlock):
            block = block.child_blocks[name]
        else:
            raise KeyError(name)
        yield block


@cache
def _order_of_fields(model: type[Page]) -> dict[str, int]:
    """In which order the model's form shows its fields."""
    return TabHelper(model()).field_ordering_mapping
