"""The blocks that editors build a piece from; each explains itself with a preview."""

import json

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from content.markdown import render_markdown
from content.markdown_parts import cut, put_back

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "hr"]


class ParagraphBlock(blocks.RichTextBlock):
    """Formatted text."""

    def __init__(self, **kwargs) -> None:
        super().__init__(features=RICH_TEXT_FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, lists and links, formatted as in a word processor.")
        preview_value = "<p>接到陌生来电称可“全额退保”,先挂断,再拨打保险公司官方客服核实。</p>"


class MarkdownBlock(blocks.TextBlock):
    """Text in Markdown; raw HTML in it is cleaned before anybody sees it."""

    def render_basic(self, value: str, context=None) -> SafeString:
        return mark_safe(render_markdown(value))  # noqa: S308 render_markdown sanitises

    def get_translatable_segments(self, value: str) -> list:
        """A paragraph or a list item a segment, and how they stand together (wagtail-localize)."""
        from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue

        fixed, parts = cut(value)
        if not parts:
            return []
        frame = TemplateSegmentValue("", "markdown", json.dumps(fixed), len(parts))
        return [frame, *(StringSegmentValue("", part) for part in parts)]

    def restore_translated_segments(self, value: str, segments: list) -> str:
        """The text of translated segments.

        Raises ValueError where segments of another cut are handed in.
        """
        frame, *parts = sorted(segments, key=lambda segment: segment.order)
        return put_back(json.loads(frame.template), [part.render_text() for part in parts])

    class Meta:
        icon = "code"
        label = _("Markdown")
        description = _("Plain text with Markdown marks: lists with -, bold with **.")
        preview_value = "**记住三条:**\n\n1. 不转账\n2. 不给验证码\n3. 先打 96110 核实"


class FigureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(required=False, max_length=200, label=_("caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "content/blocks/figure.html"
        description = _("A picture with alternative text and a caption.")
        preview_template = "content/blocks/preview/figure.html"


class QuoteBlock(blocks.StructBlock):
    """Words of a victim, a swindler or a judge, set apart from our own."""

    text = blocks.TextBlock(label=_("words"))
    who = blocks.CharBlock(required=False, max_length=80, label=_("who said it"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "content/blocks/quote.html"
        description = _("What somebody said, such as a swindler's promise, marked as their words.")
        preview_value = {
            "text": "交两千元手续费,保费一分不少退给您。",
            "who": "自称“退保专员”的来电者",
        }


class CalloutBlock(blocks.StructBlock):
    """One thing the reader should remember."""

    title = blocks.CharBlock(max_length=60, label=_("title"))
    text = blocks.TextBlock(label=_("text"))

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "content/blocks/callout.html"
        description = _("One sentence to remember, in a box.")
        preview_value = {"title": "请记住", "text": "任何要您交出手机和验证码的“客服”都是骗子。"}


class BodyBlock(blocks.StreamBlock):
    """The pieces of running text."""

    paragraph = ParagraphBlock()
    markdown = MarkdownBlock()
    figure = FigureBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()


class SectionBlock(blocks.StructBlock):
    """A part of a case warning, with its own heading where the usual one does not fit."""

    heading = blocks.CharBlock(
        required=False,
        max_length=60,
        label=_("heading"),
        help_text=_("Leave empty for the usual heading."),
    )
    text = BodyBlock(label=_("content"))

    class Meta:
        template = "content/blocks/section.html"


def _sample(text: str) -> dict:
    return {"heading": "", "text": [{"type": "markdown", "value": text}]}


class CaseBlock(SectionBlock):
    class Meta:
        icon = "doc-full"
        label = _("The case")
        description = _("What happened, with masked names: 李某, W女士, 张大爷(化名).")
        preview_value = _sample("李某接到自称“退保专员”的电话,对方承诺可代办全额退保……")


class AnalysisBlock(SectionBlock):
    class Meta:
        icon = "search"
        label = _("Analysis of the trick")
        description = _("How the trick works, step by step, and where it could have been noticed.")
        preview_value = _sample("骗子利用了三点:信息不对称、急于用钱、怕麻烦。")


class LegalNoteBlock(SectionBlock):
    class Meta:
        icon = "clipboard-list"
        label = _("What the law says")
        description = _(
            "The law explained in plain words. The citations have a field of their own."
        )
        preview_value = _sample("代理退保者索要银行卡和身份证原件,已涉嫌侵害个人信息权益。")


class RiskTipsBlock(SectionBlock):
    class Meta:
        icon = "warning"
        label = _("Risk tips")
        description = _("What the reader should do, as short steps.")
        preview_value = _sample("- 退保只走官方渠道\n- 不把身份证交给他人")


class GetHelpBlock(SectionBlock):
    class Meta:
        icon = "mail"
        label = _("Where to get help")
        description = _("Hotlines and places: 12378, 96110, the insurer's own service line.")
        preview_value = _sample("金融消费者投诉热线 **12378**;反诈热线 **96110**。")


class CaseBodyBlock(blocks.StreamBlock):
    """A case warning's parts in the order they are told; two cases may share one piece."""

    case = CaseBlock()
    analysis = AnalysisBlock()
    legal_note = LegalNoteBlock()
    risk_tips = RiskTipsBlock()
    get_help = GetHelpBlock()


class CitationsBlock(blocks.StreamBlock):
    """Articles of law that a piece rests on, one a line."""

    citation = blocks.CharBlock(
        max_length=300,
        icon="openquote",
        label=_("Citation"),
        description=_("Law and article, such as 《中华人民共和国保险法》第十六条."),
        preview_value="《中华人民共和国保险法》第十六条",
    )
