"""The content API as an app's developer meets it: filters, paging, bodies, what is gone."""

import io
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from wagtail.models import PageViewRestriction

from content.api.asking import BadFilterError, Place
from content.kazakh import to_arabic
from content.models import Audience, Category, EducationImage, EducationPage, GonePiece
from tests.factories import make_article, make_case, section

PIECES, GONE = "/api/v2/pieces/", "/api/v2/deleted/"
START = datetime(2026, 3, 1, tzinfo=UTC)


def publish(page, minutes: int = 0):
    """As an approval does: through a revision, at a known time."""
    with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def codes(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["code"] for item in answer.json()["items"]]


def picture(title: str = "picture") -> EducationImage:
    drawn = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(drawn, "PNG")
    return EducationImage.objects.create(
        title=title, description="一位老人接电话", file=ImageFile(drawn, name=f"{title}.png")
    )


@pytest.fixture
def three(db):
    """Three pieces, published in the order c, a, b."""
    made = {code: make_case(code, live=False) for code in "abc"}
    for minutes, code in enumerate("cab"):
        publish(made[code], minutes)
    return made


def test_a_piece_is_told_whole(client, db):
    original = make_case("case-1", image=picture(), ai_generated=True, source="法院公报", body=[
        ("case", {"heading": "", "text": [
            ("markdown", "李某<script>alert(1)</script>接到[电话](/zh-hans/)。"),
            ("figure", {"image": picture("second"), "caption": "说明"}),
        ]}),
    ])  # fmt: skip
    original.audiences.add(Audience.objects.first())
    original.save()
    title = to_arabic("Сақтандыру алаяқтығы")
    make_case("case-1-kk", title=title, language="kk-arab", translation_of=original)
    answer = client.get(f"{PIECES}case-1/")
    told = answer.json()
    assert (told["kind"], told["language"], told["lang"], told["dir"]) == (
        "case_warning", "zh-hans", "zh-Hans", "ltr",
    )  # fmt: skip
    assert told["ai_generated"] is True
    assert told["category"]["slug"] == Category.objects.first().slug
    assert [term["slug"] for term in told["audiences"]] == [Audience.objects.first().slug]
    assert told["url"].startswith("http://testserver/zh-hans/")
    assert told["image"]["url"].startswith("http://testserver/media/")
    assert told["image"]["alt"] == "一位老人接电话"
    assert [(t["language"], t["title"]) for t in told["translations"]] == [("kk-arab", title)]
    html = BeautifulSoup(told["body"]["html"], "html.parser")
    assert not html.find_all(["script", "svg", "style", "iframe"])
    assert not [tag for tag in html.find_all() if {"class", "style", "onclick"} & tag.attrs.keys()]
    assert all(img["src"].startswith("http://testserver/media/") for img in html.find_all("img"))
    assert html.find("a", string="电话")["href"] == "http://testserver/zh-hans/"
    assert "接到电话。" in told["body"]["text"]
    assert "<" not in told["body"]["text"]


def test_kazakh_in_arabic_script_says_its_direction(client, db):
    make_case("kk-1", title=to_arabic("Сақтандыру"), language="kk-arab")
    told = client.get(f"{PIECES}kk-1/").json()
    assert (told["lang"], told["dir"]) == ("kk-Arab", "rtl")
    # The headings of its parts are in its own language too.
    assert "发生了什么" not in told["body"]["text"]


def test_pieces_come_by_their_last_publishing(client, three):
    assert codes(client.get(PIECES)) == ["c", "a", "b"]
    publish(three["c"], 10)
    assert codes(client.get(PIECES)) == ["a", "b", "c"]


def test_walking_with_after_meets_every_piece_once(client, db):
    with time_machine.travel(START, tick=False):
        for number in range(7):  # all in the same instant: the number decides
            make_case(f"p{number}", live=False).save_revision().publish()
    seen, place, more = [], "", True
    while more:
        told = client.get(PIECES, {"limit": 3, **({"after": place} if place else {})}).json()
        seen += [item["code"] for item in told["items"]]
        place, more = told["meta"]["next"], told["meta"]["has_more"]
        assert told["meta"]["total_count"] == 7
    assert seen == [f"p{number}" for number in range(7)]
    # The last place is where the next visit goes on.
    end = client.get(PIECES, {"after": place}).json()
    assert (end["items"], end["meta"]["next"]) == ([], place)
    publish(EducationPage.objects.get(code="p0").specific, 60)
    assert codes(client.get(PIECES, {"after": place})) == ["p0"]


def test_a_piece_published_anew_during_the_walk_is_not_lost(client, three):
    first = client.get(PIECES, {"limit": 1}).json()
    publish(three["c"], 10)
    assert codes(client.get(PIECES, {"after": first["meta"]["next"]})) == ["a", "b", "c"]


def test_filters(client, db):
    other = Category.objects.last()
    case = make_case("case", category=other)
    case.audiences.add(Audience.objects.first())
    case.save()
    make_article("article")
    make_case("kk", language="kk-arab")
    for query, expected in (
        ({"language": "kk-arab"}, ["kk"]),
        ({"category": other.slug}, ["case"]),
        ({"audience": Audience.objects.first().slug}, ["case"]),
        ({"kind": "article"}, ["article"]),
        ({"kind": "article", "language": "kk"}, []),
        ({"updated_since": "2000-01-01"}, []),  # never published through a revision
        ({}, ["case", "article", "kk"]),
    ):
        assert codes(client.get(PIECES, query)) == expected, query


@pytest.mark.parametrize(
    "since",
    [
        "2026-03-01T00:01:00Z",
        "2026-03-01T08:01:00+08:00",
        "2026-03-01T08:01:00",  # Beijing's time
    ],
)
def test_updated_since_takes_instants(client, three, since):
    assert codes(client.get(PIECES, {"updated_since": since})) == ["a", "b"]
    # An unescaped + arrives as a blank.
    assert codes(client.get(f"{PIECES}?updated_since={since}")) == ["a", "b"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "en"),
        ("language", ""),
        ("category", "no-such"),
        ("category", "' or 1=1"),
        ("audience", "no-such"),
        ("kind", "home"),
        ("updated_since", "yesterday"),
        ("updated_since", "2026-13-01"),
        ("updated_since", "0001-01-01T00:00:00+08:00"),
        ("updated_since", "9999-12-31T23:59:59-12:00"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "-1"),
        ("limit", "٣"),
        ("after", "x"),
        ("after", "2026"),
        ("offset", "3"),
        ("fields", "owner"),
        ("search", "x"),
    ],
)
def test_a_bad_filter_is_named(client, db, field, value):
    make_case("case")
    answer = client.get(PIECES, {field: value})
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["message"]


def test_a_parameter_given_twice_is_refused(client, db):
    answer = client.get(f"{PIECES}?language=kk&language=zh-hans")
    assert (answer.status_code, answer.json()["field"]) == (400, "language")


@given(st.one_of(st.text(max_size=60), st.binary(max_size=40).map(lambda b: b.decode("latin-1"))))
def test_no_text_breaks_the_reading_of_a_place(text):
    with suppress(BadFilterError):
        assert Place.read(text).written() == text


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 1),  # noqa: DTZ001
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    st.integers(0, 2**63 - 1),
)
def test_a_place_is_read_as_it_was_written(at, number):
    assert Place.read(Place(at, number).written()) == Place(at, number)


# --- What is not public ---------------------------------------------------------------------------


def test_drafts_are_absent(client, db):
    draft = make_case("draft", live=False)
    draft.save_revision()
    assert codes(client.get(PIECES)) == []
    assert client.get(f"{PIECES}draft/").status_code == 404
    assert codes(client.get(GONE)) == []


def test_a_draft_on_top_of_what_is_public_does_not_show(client, db):
    page = publish(make_case("case", title="旧", live=False))
    page.title = "新"
    page.save_revision()
    assert client.get(f"{PIECES}case/").json()["title"] == "旧"
    assert client.get(PIECES).json()["items"][0]["title"] == "旧"


def test_a_draft_translation_is_not_named(client, db):
    original = make_case("case")
    make_case("kk", language="kk-arab", translation_of=original, live=False)
    assert client.get(f"{PIECES}case/").json()["translations"] == []


def test_nothing_of_the_administration_is_told(client, three):
    told = client.get(f"{PIECES}a/").json()
    assert told.keys() == {
        "id", "code", "kind", "language", "lang", "dir", "title", "summary", "date", "source",
        "category", "audiences", "ai_generated", "image", "url", "updated_at", "translations",
        "body",
    }  # fmt: skip


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(client, three, method):
    assert getattr(client, method)(f"{PIECES}a/").status_code == 405
    assert getattr(client, method)(PIECES).status_code == 405


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v2/", "/api/v2/nothing/", "/api/v3/pieces", "/api/v2/pieces/%00/"]
)
def test_an_unknown_address_is_a_404_in_json(client, db, address):
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
        assert answer.json().keys() == {"message"}


def test_a_missing_last_slash_is_added(client, db):
    answer = client.get(f"{PIECES.rstrip('/')}?limit=1")
    assert (answer.status_code, answer.url) == (301, f"{PIECES}?limit=1")


def test_an_unknown_piece_is_a_404_in_json(client, db):
    for code in ("nothing", "' or 1=1", "a" * 300):
        answer = client.get(f"{PIECES}{code}/")
        assert answer.status_code == 404
        assert json.loads(answer.content)["message"]


# --- What is gone ---------------------------------------------------------------------------------


def test_taken_down_and_back_again(client, three):
    three["a"].unpublish()
    gone = client.get(GONE).json()["items"]
    assert [(row["code"], row["id"], row["language"]) for row in gone] == [
        ("a", three["a"].pk, "zh-hans")
    ]
    assert codes(client.get(PIECES)) == ["c", "b"]
    publish(EducationPage.objects.get(code="a").specific, 20)
    assert codes(client.get(GONE)) == []
    assert codes(client.get(PIECES)) == ["c", "b", "a"]


def test_deleted_pieces_are_told_and_deleted_drafts_are_not(client, three):
    make_case("draft", live=False).delete()
    three["a"].delete()
    assert codes(client.get(GONE)) == ["a"]


def test_a_deleted_section_takes_its_pieces_along(client, three):
    section("cases").delete()
    assert sorted(codes(client.get(GONE))) == ["a", "b", "c"]


def test_a_closed_section_is_gone_and_comes_back_as_new(client, three):
    place = client.get(PIECES).json()["meta"]["next"]
    wall = PageViewRestriction.objects.create(page=section("cases"), restriction_type="login")
    assert codes(client.get(PIECES)) == []
    assert client.get(f"{PIECES}a/").status_code == 404
    assert sorted(codes(client.get(GONE))) == ["a", "b", "c"]
    wall.delete()
    assert codes(client.get(GONE)) == []
    assert sorted(codes(client.get(PIECES, {"after": place}))) == ["a", "b", "c"]


def test_gone_since(client, three):
    three["a"].unpublish()
    hour = timedelta(hours=1)
    for since, expected in ((timezone.now() - hour, ["a"]), (timezone.now() + hour, [])):
        assert codes(client.get(GONE, {"since": since.isoformat()})) == expected
    place = client.get(GONE).json()["meta"]["next"]
    assert codes(client.get(GONE, {"after": place})) == []
    assert client.get(GONE, {"since": "x"}).json()["field"] == "since"
    assert GonePiece.objects.count() == 1


# --- What it costs --------------------------------------------------------------------------------


def test_what_has_not_changed_costs_nothing(client, three):
    for address in (PIECES, f"{PIECES}a/", GONE):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    etag = client.get(f"{PIECES}a/")["ETag"]
    publish(three["a"], 30)
    three["a"].title = "改"
    publish(three["a"], 31)
    assert client.get(f"{PIECES}a/", headers={"If-None-Match": etag}).status_code == 200


def test_fifty_cost_no_more_queries_than_five(client, db, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    drawn = picture()
    for number in range(50):
        page = make_case(f"p{number}", image=drawn)
        page.audiences.add(Audience.objects.first())
        page.save()
        make_case(f"k{number}", language="kk", translation_of=page)
    client.get(PIECES, {"limit": 1})  # draws the picture's version, once

    def cost(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            told = client.get(PIECES, {"limit": limit, "language": "zh-hans"}).json()
        assert len(told["items"]) == limit
        assert all(item["translations"] and item["audiences"] for item in told["items"])
        return len(asked)

    assert cost(5) == cost(50) <= 8
