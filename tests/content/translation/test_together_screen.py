"""The screen on which all languages of a piece are seen and decided upon."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from campaigns.regions.roles import Role
from content.models import Release
from content.translation.together.choosing import goes_together
from tests.content.translation.pieces import approved, drafted, edited, fresh, handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(db):
    return drafted()


@pytest.fixture
def url(piece):
    return reverse("versions:together", args=[piece[1].pk])


@pytest.fixture
def reviewer(client, person):
    user = person(Role.REVIEWER)
    client.force_login(user)
    return user


def html_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def live(piece) -> list[bool]:
    return [fresh(page).live for page in piece]


def test_shows_each_language_with_its_state_and_what_is_new(client, reviewer, piece, url):
    handed_in(piece[0], reviewer)
    html = html_of(client.get(url))
    cards = html.select(".versions__language")
    assert [card.h2.get_text(strip=True) for card in cards] == ["简体中文", "قازاقشا", "Қазақша"]
    assert "审核中" in cards[0].get_text()
    assert "摘要" in cards[1].dl.get_text()
    assert cards[1].dl.dd["dir"] == "auto"


def test_one_button_publishes_all(client, reviewer, piece, url):
    assert client.post(url, {"act": "publish"}).status_code == 302
    assert live(piece) == [True] * 3
    assert "已发布" in html_of(client.get(url)).get_text()


def test_at_a_set_instant_and_called_off_again(client, reviewer, piece, url):
    at = timezone.localtime() + timedelta(days=1)
    client.post(url, {"act": "publish", "at": f"{at:%Y-%m-%d %H:%M}"})
    assert Release.objects.get().state == "waiting"
    html = html_of(client.get(url))
    assert f"{at:%Y-%m-%d %H:%M}" in html.select_one(".help-info").get_text()
    client.post(url, {"act": "call_off"})
    assert Release.objects.get().state == "called_off"
    assert live(piece) == [False] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "publish", "at": "2020-01-01 08:00"},
        {"act": "publish", "at": "gibberish"},
        {"act": "publish", "left_out": "xx"},
        {"act": "burn"},
        {},
        {"act": "call_off"},
        {"act": "hand_over"},
    ],
)
def test_what_makes_no_sense_does_nothing_and_says_so(client, person, piece, url, wrong):
    user = person(Role.REVIEWER)
    user.is_superuser = True
    user.save()
    client.force_login(user)
    html = html_of(client.post(url, wrong))
    assert html.select_one(".messages").get_text(strip=True)
    assert live(piece) == [False] * 3


def test_what_stands_in_the_way_is_named_with_its_language(client, reviewer, piece, url):
    edited(piece[0])
    html = html_of(client.post(url, {"act": "publish"}))
    assert "Қазақша" in html.select_one(".messages, .help-critical").find_parent("body").get_text()
    assert len(html.select(".versions__blockers li")) == 2
    assert live(piece) == [False] * 3


def test_others_look_and_do_not_decide(client, person, piece, url):
    client.force_login(person(Role.EDITOR))
    assert not html_of(client.get(url)).select('input[value="publish"]')
    client.post(url, {"act": "publish"})
    client.post(url, {"act": "mark", "together": "0"})
    assert live(piece) == [False] * 3
    assert goes_together(piece[0].translation_key)


def test_a_piece_is_marked_to_go_together_or_not(client, reviewer, piece, url):
    client.post(url, {"act": "mark", "together": "0"})
    assert not goes_together(piece[0].translation_key)
    client.post(url, {"act": "mark", "together": "1"})
    assert goes_together(piece[0].translation_key)


def test_the_editor_says_that_it_waits(client, person, piece, url):
    user = person(Role.REVIEWER)
    approved(piece[1], user)
    client.force_login(person(Role.EDITOR))
    edit = reverse("wagtailadmin_pages:edit", args=[piece[1].pk])
    assert html_of(client.get(edit)).select_one(f'.messages a[href="{url}"]')
    approved(piece[0], user)
    approved(piece[2], user)
    assert not html_of(client.get(edit)).select(f'.messages a[href="{url}"]')


def test_a_reviewer_gets_there_from_what_waits_for_their_decision(
    client, reviewer, person, piece, url
):
    handed_in(piece[1], person(Role.EDITOR))
    edit = reverse("wagtailadmin_pages:edit", args=[piece[1].pk])
    assert html_of(client.get(reverse("wagtailadmin_home"))).select(f'a[href^="{edit}"]')
    assert html_of(client.get(edit)).select_one(f'.messages a[href="{url}"]')


def test_a_piece_with_something_in_the_way_says_so_before_the_button(client, reviewer, piece, url):
    assert not html_of(client.get(url)).select(".help-warning")
    edited(piece[0])
    html = html_of(client.get(url))
    assert html.select(".help-warning")
    # A reviewer may not open in the editor what is not in review.
    assert not html.select(f'a[href="{reverse("wagtailadmin_pages:edit", args=[piece[0].pk])}"]')


def test_a_release_that_could_not_be_kept_says_why(client, reviewer, piece, url):
    at = timezone.localtime() + timedelta(days=1)
    client.post(url, {"act": "publish", "at": f"{at:%Y-%m-%d %H:%M}"})
    assert "等待发布时刻" in html_of(client.get(url)).select_one(".versions__language").get_text()
    Release.objects.update(problem="no such cache")
    assert "no such cache" in html_of(client.get(url)).select_one(".help-critical").get_text()


def test_is_linked_from_the_editor_and_the_list(client, person, piece, url):
    client.force_login(person(Role.EDITOR))
    edit = reverse("wagtailadmin_pages:edit", args=[piece[1].pk])
    assert html_of(client.get(edit)).select(f'a[href="{url}"]')
    listing = reverse("wagtailadmin_explore", args=[fresh(piece[1]).get_parent().pk])
    assert html_of(client.get(listing)).select(f'a[href="{url}"]')


def test_translators_are_given_the_new_chinese_before_it_is_public(client, person, piece):
    from wagtail_localize.models import Translation, TranslationSource

    source, _created = TranslationSource.get_or_create_from_instance(fresh(piece[0]))
    Translation.objects.create(source=source, target_locale=piece[2].locale)
    edited(piece[0], summary="新的摘要")
    client.force_login(person(Role.EDITOR))
    url = reverse("versions:together", args=[piece[0].pk])
    assert html_of(client.get(url)).select('input[value="hand_over"]')
    client.post(url, {"act": "hand_over"})
    assert source.stringsegment_set.filter(string__data="新的摘要").exists()
    assert not html_of(client.get(url)).select('input[value="hand_over"]')
