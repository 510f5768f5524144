"""Makers of rows for tests; each gives the least that is valid."""

import io
from datetime import date

import factory
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Locale

from campaigns.models import Channel, ChannelAccount, Edition, ReachEntry, Region, Series, Snapshot
from campaigns.reach.ledger import NewEntry, record
from campaigns.reports import figures, showing, snapshots
from content.models import ArticlePage, CaseWarningPage, Category, SectionPage


def section(kind: str = "cases", language: str = "zh-hans") -> SectionPage:
    return SectionPage.objects.get(kind=kind, locale__language_code=language)


def make_case(
    code: str,
    title: str = "退保骗局",
    language: str = "zh-hans",
    *,
    live: bool = True,
    translation_of: CaseWarningPage | None = None,
    **fields,
) -> CaseWarningPage:
    """A case warning below the section of its language."""
    page = CaseWarningPage(
        code=code,
        slug=code,
        title=title,
        live=live,
        locale=Locale.objects.get(language_code=language),
        summary=fields.pop("summary", "摘要"),
        date=fields.pop("date", date(2026, 3, 9)),
        category=fields.pop("category", None) or Category.objects.first(),
        body=fields.pop(
            "body",
            [
                ("case", {"heading": "", "text": [("markdown", "李某接到电话。")]}),
                ("risk_tips", {"heading": "", "text": [("markdown", "- 不转账")]}),
            ],
        ),
        **fields,
    )
    if translation_of:
        page.translation_key = translation_of.translation_key
    return section("cases", language).add_child(instance=page)


def make_article(code: str, title: str = "看懂保险合同", language: str = "zh-hans", **fields):
    page = ArticlePage(
        code=code,
        slug=code,
        title=title,
        locale=Locale.objects.get(language_code=language),
        **fields,
    )
    return section("knowledge", language).add_child(instance=page)


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition
        django_get_or_create = ("code",)

    series = factory.LazyFunction(lambda: Series.objects.get(code="315"))
    year = 2026
    code = "315-2026"
    name = "2026年3·15宣传周"
    starts_on = date(2026, 3, 9)
    ends_on = date(2026, 3, 15)


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChannelAccount
        django_get_or_create = ("code",)

    code = "wechat:000000"
    name = "官微"
    adapter = "file"
    # Most tests send one piece again and again.
    repeat_days = 0
    channel = factory.LazyAttribute(lambda o: Channel.objects.get(code=o.code.split(":")[0]))
    region = factory.LazyAttribute(lambda o: Region.objects.get(code=o.code.split(":")[1][:6]))


def picture(
    *, size=(40, 30), colour="red", kind="JPEG", mode="RGB", exif=None
) -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    out, more = io.BytesIO(), {"exif": exif} if exif else {}
    Image.new(mode, size, colour).save(out, kind, **more)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue())


def make_shown_figure(edition: Edition) -> Snapshot:
    """A closed period of head office with figures on two bases, which the website shows."""
    head_office = Region.objects.get(code="000000")
    for count, basis in ((710_000_000, "platform-reported"), (4_580_000, "self-reported")):
        told = NewEntry(
            channel=Channel.objects.get(code="wechat"),
            region=head_office,
            edition=edition,
            metric="reads",
            basis=basis,
            day=edition.starts_on,
            count=count,
            origin=ReachEntry.Origin.IMPORT,
            source_key=f"{edition.code}:{basis}",
        )
        record([told])
    by = get_user_model().objects.create_superuser("closing")
    days = (edition.starts_on, edition.ends_on)
    chosen = figures.Selection((edition,), False, *days, by, head_office)
    closed = snapshots.close(chosen, by, snapshots.preview(chosen).seen)
    showing.show(closed, by)
    return closed
