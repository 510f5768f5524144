"""A campaign that is running today, by the real clock, on two channels."""

import io
from datetime import timedelta

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image

from campaigns.calendar.windows import beijing_day
from content.models import EducationImage
from tests.factories import AccountFactory, EditionFactory, make_case
from tests.faults.database import db, own_database

__all__ = ["db", "own_database"]


@pytest.fixture
def accounts(db):
    return [
        AccountFactory(code="website:000000", adapter="website"),
        AccountFactory(code="wechat:000000", adapter="file"),
    ]


@pytest.fixture
def edition(db):
    today = beijing_day(timezone.now())
    return EditionFactory(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1))


@pytest.fixture
def page(db):
    """A piece with a picture, so that a package has more than one file to lose."""
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((640, 400)).convert("RGB").save(drawn, "PNG")
    picture = EducationImage.objects.create(
        title="picture", file=ImageFile(drawn, name="picture.png")
    )
    return make_case("case-1", image=picture)
