"""What exists: channels, accounts, regions, campaigns, pieces, read once for a whole file.

Each check of a cell gives what it names, or raises BadValueError with words for the sender.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.reach.importing import words
from campaigns.reach.importing.cells import (
    BadValueError,
    past_day,
    quoting,
    required,
    shown,
    text_of,
)
from campaigns.reach.importing.figures import Piece, Place
from campaigns.reach.importing.workbooks import Cell
from campaigns.reach.models import EVERYDAY
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything, visible_paths
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class Existing:
    """`by` knows the regions of their own postings and no others; None knows all of them."""

    def __init__(self, by: "AbstractBaseUser | None") -> None:
        self.today = timezone.localdate()
        channels = {channel.pk: channel for channel in Channel.objects.all()}
        self.places = {channel.code: Place(channel, None) for channel in channels.values()}
        regions = Region.objects.all()
        accounts = ChannelAccount.objects.all()
        if by is not None and not sees_everything(by):
            regions = regions.visible_to(by)
            # Also accounts of the offices above, on which a region's figures may stand.
            above = {
                path[:length]
                for path in visible_paths(by)
                for length in range(Region.steplen, len(path), Region.steplen)
            }
            own = regions.order_by().values("pk")
            accounts = accounts.filter(Q(region__in=own) | Q(region__path__in=above))
        for account in accounts:
            self.places[account.code] = Place(channels[account.channel_id], account)
        self.regions = {region.code: region for region in regions}
        self.editions = {edition.code: edition for edition in Edition.objects.all()}
        self.languages = words.language_words(settings.LANGUAGES)
        self.pages = {
            code: Piece(code, language)
            for code, language in EducationPage.objects.values_list("code", "locale__language_code")
        }

    def day(self, cell: Cell) -> date:
        return past_day(cell, self.today)

    def place(self, cell: Cell) -> Place:
        word = required(cell)
        if word not in self.places:
            raise BadValueError(
                quoting(_("no channel and no account has the code “%(word)s”"), word)
            )
        return self.places[word]

    def region(self, cell: Cell) -> Region:
        word = required(cell)
        # Excel takes 000000 for a number and drops its zeros.
        code = word.zfill(6) if word.isascii() and word.isdigit() else word
        if code not in self.regions:
            raise BadValueError(quoting(_("no region has the code “%(word)s”"), word))
        return self.regions[code]

    def edition(self, cell: Cell) -> Edition | None:
        word = text_of(cell)
        if word in ("", EVERYDAY, "日常"):
            return None
        if word not in self.editions:
            raise BadValueError(quoting(_("no campaign has the code “%(word)s”"), word))
        return self.editions[word]

    def content(self, cell: Cell) -> Piece | None:
        word = text_of(cell)
        if not word:
            return None
        if word not in self.pages:
            raise BadValueError(quoting(_("no piece has the code “%(word)s”"), word))
        return self.pages[word]

    def language(self, cell: Cell) -> str:
        word = text_of(cell)
        if not word:
            return ""
        if word not in self.languages:
            raise BadValueError(
                _("“%(word)s” is none of %(languages)s")
                % {
                    "word": shown(word),
                    "languages": ", ".join(code for code, _name in settings.LANGUAGES),
                }
            )
        return self.languages[word]
