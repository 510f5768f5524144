"""Where on a page a segment stands, in the words of the page's own form."""

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail_localize.models import TranslationContext

from content.models import EducationPage


def label_of(model: type[EducationPage], context: TranslationContext) -> str:
    """Such as "body › The case › Text"; the bare path where the form has changed since."""
    name, *rest = (context.field_path or context.path).split(".")
    try:
        field = model._meta.get_field(name)  # noqa: SLF001
    except LookupError:
        return context.path
    parts = [str(getattr(field, "verbose_name", name))]
    if isinstance(field, StreamField):
        parts += _blocks(field.stream_block, rest)
    return " › ".join(parts)


def _blocks(block: blocks.Block, names: list[str]) -> list[str]:
    found = []
    for name in names:
        if isinstance(block, blocks.ListBlock):
            block = block.child_block
        else:
            block = getattr(block, "child_blocks", {}).get(name)
        if block is None:
            return [*found, name]
        found.append(str(block.label or name))
    return found
