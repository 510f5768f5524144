"""The translators' queue: what it shows, how it is filtered, and what is done with its rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail_localize.models import Translation

from campaigns.models import Push
from campaigns.pushes.demand import demanded_pieces
from campaigns.regions.roles import Role
from content.models import EducationPage, TranslationWork
from content.translation import assigning
from content.translation.queue import Filters, due_on, find, mine, queue
from tests.content.translation.making import (
    begin,
    change,
    locale,
    publish_version,
    segments,
    translate,
)
from tests.factories import AccountFactory, EditionFactory, make_case

pytestmark = pytest.mark.django_db
QUEUE, ACT = reverse("translation:queue"), reverse("translation:act")


def value(piece, language="kk-arab") -> str:
    return f"{piece.translation_key}:{language}"


def do(client, deed, *rows, **more):
    return client.post(ACT, {"do": deed, "row": list(rows), **more}, follow=True)


def titles(user, **filters) -> list[tuple]:
    return [(row.title, row.language) for row in queue(Filters(**filters), user).rows]


def work(piece, language="kk-arab") -> TranslationWork:
    return TranslationWork.objects.get(
        translation_key=piece.translation_key, locale=locale(language)
    )


def push(piece, language, at, **campaign) -> Push:
    edition = EditionFactory(**campaign)
    return Push.objects.create(
        edition=edition,
        page=piece,
        language=language,
        account=AccountFactory(),
        scheduled_at=at,
        slot=Push.objects.count() + 1,
    )


# --- What it shows --------------------------------------------------------------------------------


def test_without_any_piece_it_says_how_one_comes_here(here):
    EducationPage.objects.all().delete()
    assert "提交审核或发布" in here.get(QUEUE).content.decode()


def test_a_piece_is_shown_in_both_languages_with_its_characters(here):
    make_case("one", title="退保骗局")
    page = here.get(QUEUE).content.decode()
    assert page.count("<bdi>退保骗局</bdi></a>") == 2
    assert "未开始" in page


def test_what_campaigns_need_comes_first_with_the_campaigns_name(here, translator):
    make_case("a", title="甲")
    needed = make_case("b", title="乙")
    push(needed, "kk-arab", datetime(2026, 3, 10, 1, tzinfo=UTC))
    assert titles(translator)[0] == ("乙", "kk-arab")
    page = here.get(QUEUE).content.decode()
    assert "2026年3·15宣传周" in page
    assert "2026-03-10" in page


def test_a_day_set_by_a_person_comes_before_a_campaigns_later_day(translator):
    piece = make_case("b", title="乙")
    push(piece, "kk-arab", datetime(2026, 3, 10, tzinfo=UTC))
    pair = (piece.translation_key, locale())
    assigning.set_due([pair], date(2026, 3, 1), None, translator)
    assert due_on(find(piece.translation_key, "kk-arab")) == date(2026, 3, 1)


def test_a_campaign_in_both_languages_needs_either_kazakh_script_of_a_chinese_push():
    piece = make_case("b")
    push(piece, "zh-hans", timezone.now(), needs_both_languages=True)
    assert {one.language for one in demanded_pieces()} == {"zh-hans", "kk-arab", "kk"}
    [translation] = begin(piece)
    publish_version(translation)
    assert {one.language for one in demanded_pieces()} == {"zh-hans"}


def test_a_push_that_went_out_needs_nothing():
    one = push(make_case("b"), "kk-arab", timezone.now())
    Push.objects.filter(pk=one.pk).update(state=Push.State.SENT)
    assert list(demanded_pieces()) == []


def test_what_is_done_leaves_what_is_to_do(translator):
    piece = make_case("one", title="甲")
    [translation] = begin(piece)
    translate(translation)
    publish_version(translation)
    assert titles(translator) == [("甲", "kk")]
    assert ("甲", "kk-arab") in titles(translator, state="all")
    assert titles(translator, state="published") == [("甲", "kk-arab")]


# --- Filters --------------------------------------------------------------------------------------


def test_it_is_filtered_by_language_text_campaign_and_person(translator, person):
    one, two = make_case("one", title="退保"), make_case("two", title="非法集资")
    push(two, "kk-arab", timezone.now())
    assigning.assign([(one.translation_key, locale())], translator, translator)
    assert titles(translator, language="kk", q="退保") == [("退保", "kk")]
    assert titles(translator, campaign="315-2026") == [("非法集资", "kk-arab")]
    assert titles(translator, assigned="me") == [("退保", "kk-arab")]
    assert len(titles(translator, assigned="nobody")) == 3
    assert titles(person(Role.EDITOR), assigned=str(translator.pk)) == [("退保", "kk-arab")]


def test_the_counts_are_of_what_fits_the_other_filters(translator):
    begin(make_case("one", title="退保"))
    make_case("two", title="非法集资")
    counts = queue(Filters(q="退保"), translator).counts
    assert (counts["new"], counts["not_started"], counts["open"]) == (1, 1, 2)


def test_filters_stay_in_the_address_of_states_and_pages(here):
    for n in range(14):
        make_case(f"c{n}", title=f"退保{n}")
    page = here.get(QUEUE, {"q": "退保", "state": "not_started"}).content.decode()
    assert "state=not_started&amp;q=%E9%80%80%E4%BF%9D&amp;p=2" in page
    assert here.get(QUEUE, {"q": "退保", "p": "2"}).context["items"].number == 2


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "assigned": "²", "p": "0"},
        {"assigned": "9" * 40, "language": "x" * 500, "q": "'\"<%" * 200},
        {"campaign": "\u202e", "p": "x"},
    ],
)
def test_no_address_breaks_it(here, query):
    make_case("one")
    assert here.get(QUEUE, query).status_code == 200


def test_nothing_found_says_so_and_leads_back(here):
    make_case("one")
    page = here.get(QUEUE, {"q": "没有这个"}).content.decode()
    assert "没有符合的条目" in page


def test_fifty_rows_take_as_many_queries_as_five(here):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert here.get(QUEUE).status_code == 200
        return len(queries)

    begin(make_case("a1"), "kk-arab", "kk")
    begin(make_case("a2"))
    change(EducationPage.objects.get(code="a2"), summary="新")
    asked()
    few = asked()
    for n in range(12):
        piece = make_case(f"b{n}")
        translate(begin(piece)[0], upto=n % 3)
        change(piece, summary=f"新{n}")
    for n in range(10):
        make_case(f"c{n}")
    assert asked() == few


# --- Beginning a translation ----------------------------------------------------------------------


def test_beginning_makes_drafts_in_both_scripts_of_a_published_piece(here):
    piece = make_case("one")
    do(here, "start", value(piece))
    versions = EducationPage.objects.filter(translation_key=piece.translation_key)
    versions = versions.exclude(pk=piece.pk)
    assert {one.locale.language_code for one in versions} == {"kk-arab", "kk"}
    assert not any(one.live for one in versions)
    assert {one.code for one in versions} == {"one-kk-arab", "one-kk"}


def test_code_and_address_are_no_segments(here):
    [translation] = begin(make_case("one"))
    assert not {"code", "slug"} & {one.context.path for one in segments(translation)}


def test_one_language_alone_may_be_begun(here):
    piece = make_case("one")
    do(here, "start", value(piece), languages="kk")
    assert find(piece.translation_key, "kk").state == "new"
    assert find(piece.translation_key, "kk-arab").state == "not_started"


def test_of_a_piece_never_published_the_submitted_revision_is_taken(here, person):
    piece = make_case("one", title="第一稿", live=False)
    piece.title = "第二稿"
    piece.save_revision()
    piece.get_workflow().start(piece, person(Role.EDITOR))
    do(here, "start", value(piece))
    texts = {one.string.data for one in segments(Translation.objects.first())}
    assert "第二稿" in texts
    assert "第一稿" not in texts


def test_a_version_written_by_hand_is_not_begun_over(here):
    piece = make_case("one")
    make_case("one-kk", title="قولمەن", language="kk-arab", translation_of=piece)
    do(here, "start", value(piece))
    assert EducationPage.objects.get(code="one-kk").title == "قولمەن"
    assert not Translation.objects.filter(target_locale=locale("kk-arab")).exists()


def test_begun_twice_it_is_there_once(here):
    piece = make_case("one")
    do(here, "start", value(piece))
    page = do(here, "start", value(piece)).content.decode()
    assert "已有该语言版本" in page
    assert EducationPage.objects.filter(translation_key=piece.translation_key).count() == 3


# --- Taking, giving, handing back -----------------------------------------------------------------


def test_take_and_hand_back_are_kept_in_the_log(here, translator):
    piece = make_case("one")
    do(here, "take " + value(piece))
    assert work(piece).assigned_to == translator
    assert [row.title for row in mine(translator)] == [piece.title]
    do(here, "hand_back", value(piece))
    assert work(piece).assigned_to is None
    history = here.get(reverse("translation:piece", args=[piece.translation_key, "kk-arab"]))
    assert "已交回" in history.content.decode()
    assert translator.username in history.content.decode()


def test_an_editor_gives_work_to_a_translator(client, person, translator):
    client.force_login(person(Role.EDITOR))
    one, two = make_case("one"), make_case("two")
    do(client, "assign", value(one), value(two, "kk"), person=translator.pk)
    assert work(one).assigned_to == work(two, "kk").assigned_to == translator


def test_work_goes_only_to_people_who_may_translate(here, person):
    piece, reviewer = make_case("one"), person(Role.REVIEWER)
    page = do(here, "assign", value(piece), person=reviewer.pk).content.decode()
    assert "请选择有翻译权限的人员" in page
    assert not TranslationWork.objects.exists()


def test_a_day_and_a_note_are_set_for_all_ticked_rows(here):
    one, two = make_case("one"), make_case("two")
    do(here, "due", value(one), value(two), due_on="2026-12-01", note="先译标题")
    assert {(row.due_on, row.note) for row in TranslationWork.objects.all()} == {
        (date(2026, 12, 1), "先译标题")
    }


def test_a_day_that_is_none_changes_nothing_and_is_named(here):
    piece = make_case("one")
    page = do(here, "due", value(piece), due_on="2026-13-99").content.decode()
    assert "截止日期" in page
    assert not TranslationWork.objects.exists()


@pytest.mark.parametrize("deed", ["", "start", "take", "drop", "take x", "assign", "take a:b:c"])
def test_without_rows_or_with_nonsense_nothing_is_done(here, deed):
    piece = make_case("one")
    response = do(here, deed, "x", "::", f"{piece.translation_key}:zh-hans", person="²")
    assert response.status_code == 200
    assert "未作任何更改" in response.content.decode()
    assert not TranslationWork.objects.exists()


# --- Who may do what ------------------------------------------------------------------------------


def test_a_legal_reviewer_sees_the_queue_and_changes_nothing(client, person):
    client.force_login(person(Role.REVIEWER))
    piece = make_case("one")
    page = client.get(QUEUE)
    assert page.status_code == 200
    assert 'name="row"' not in page.content.decode()
    do(client, "take", value(piece))
    assert not TranslationWork.objects.exists()


def test_the_home_page_says_how_much_is_mine(here, translator):
    piece = make_case("one", title="退保骗局")
    assigning.assign([(piece.translation_key, locale())], translator, translator)
    page = here.get(reverse("wagtailadmin_home")).content.decode()
    assert "有 1 件翻译待您处理" in page
    assert "退保骗局" in page


# --- Old and new side by side ---------------------------------------------------------------------


def test_changed_segments_stand_side_by_side_with_what_stood_for_the_old(here):
    piece = make_case("one", summary="损失三万元")
    [translation] = begin(piece)
    translate(translation)
    change(piece, summary="损失五万元")
    page = here.get(reverse("translation:piece", args=[piece.translation_key, "kk-arab"]))
    text = page.content.decode()
    assert "损失<del>三</del>万元" in text
    assert "损失<ins>五</ins>万元" in text
    assert len(page.context["changed"]) == 1
    assert page.context["changed"][0].old_translation in text


def test_a_piece_that_is_not_there_is_404(here):
    piece = make_case("one")
    assert here.get(f"{QUEUE}{piece.translation_key}/zh-hans/").status_code == 404
    assert here.get(f"{QUEUE}{'0' * 8}-0000-0000-0000-{'0' * 12}/kk/").status_code == 404


def test_an_overdue_row_says_so(here, translator):
    piece = make_case("one")
    yesterday = timezone.localdate() - timedelta(days=1)
    assigning.set_due([(piece.translation_key, locale())], yesterday, None, translator)
    assert "逾期" in here.get(QUEUE).content.decode()
