"""Translations go out as PO files and come back, checked, previewed, whole, and taken back."""

import contextlib
import io
import zipfile

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail_localize.models import StringTranslation, Translation

from campaigns.regions.roles import Role
from content.glossary import matching
from content.models import PoImport
from content.translation import po_importing, po_reading, po_writing, saving, sibling, starting
from content.translation import segments as desk_segments
from content.translation.po_checking import Verdict
from tests.content.translation.making import (
    begin,
    change,
    locale,
    put,
    segments,
    translate,
)
from tests.factories import make_case

pytestmark = pytest.mark.django_db
UPLOAD = reverse("translation:po_upload")


@pytest.fixture
def begun(db):
    """A piece whose translation into Arabic script is begun."""
    [translation] = begin(make_case("one", title="退保骗局", summary="损失三万元"))
    return translation


def exported(translation) -> polib.POFile:
    return polib.pofile(po_writing.text_of(po_writing.po_of(translation)).decode())


def entry(po, text: str) -> polib.POEntry:
    return next(one for one in po if one.msgid == text)


def content(po) -> bytes:
    return f"{po}\n".encode()


def preview(po, user, **more) -> PoImport:
    given_ = po if isinstance(po, bytes) else content(po)
    return po_importing.preview("one.po", given_, user, **more)


def verdicts(found: PoImport) -> dict[str, str]:
    return {one.source: one.verdict for one in po_importing.entries_of(found)}


def texts(translation) -> dict[str, str]:
    rows = StringTranslation.objects.filter(locale=translation.target_locale)
    return dict(rows.values_list("translation_of__data", "data"))


def send(client, data: bytes, name="one.po", query=""):
    return client.post(UPLOAD + query, {"file": SimpleUploadedFile(name, data)}, follow=True)


# --- Out ------------------------------------------------------------------------------------------


def test_each_segment_goes_out_once_with_its_place_and_label(begun):
    po = exported(begun)
    assert len(po) == len({(one.context.path, one.string.data) for one in segments(begun)})
    title = entry(po, "退保骗局")
    assert (title.msgctxt, title.msgstr) == ("title", "")
    assert title.comment.splitlines()[0] == "标题"
    assert po.metadata["X-WagtailLocalize-TranslationID"] == str(begun.uuid)
    assert po.metadata["Language"] == "kk_Arab"


def test_agreed_terms_stand_in_the_comments(begun, monkeypatch):
    term = matching.TermMatch(0, 2, "退保", "قايتارۋ", "қайтару")
    monkeypatch.setattr(matching, "terms_in", lambda text: [term] if "退保" in text else [])
    assert "退保 = قايتارۋ" in entry(exported(begun), "退保骗局").comment


def test_converted_text_goes_out_fuzzy(begun):
    put(begun, segments(begun)[0], "دايىن", kind="machine")
    [one] = [one for one in exported(begun) if one.msgstr]
    assert (one.msgstr, one.flags) == ("دايىن", ["fuzzy"])


def test_a_changed_segment_goes_out_with_the_earlier_text(begun):
    translate(begun)
    before = texts(begun)["损失三万元"]
    change(begun.source.get_source_instance(), summary="损失五万元")
    one = entry(exported(begun), "损失五万元")
    assert (one.previous_msgid, one.msgstr, one.flags) == ("损失三万元", before, ["fuzzy"])


def test_ticked_rows_go_out_as_one_archive(here):
    one, two = make_case("one"), make_case("two")
    begin(one, "kk-arab", "kk")
    begin(two)
    rows = [f"{p.translation_key}:{lang}" for p in (one, two) for lang in ("kk-arab", "kk")]
    response = here.post(reverse("translation:act"), {"do": "export", "row": rows})
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert sorted(names) == ["one.kk-arab.po", "one.kk.po", "two.kk-arab.po"]


def test_what_is_not_begun_is_not_exported_and_says_so(here):
    piece = make_case("one")
    address = reverse("translation:po_export", args=[piece.translation_key, "kk"])
    assert here.get(address).status_code == 404
    row = f"{piece.translation_key}:kk"
    page = here.post(reverse("translation:act"), {"do": "export", "row": row}, follow=True)
    assert "请先开始翻译" in page.content.decode()


# --- In: the preview ------------------------------------------------------------------------------


def test_new_changed_and_unchanged_are_told_apart(begun, translator):
    translate(begun, upto=2)
    po = exported(begun)
    first, second, third = list(po)[:3]
    second.msgstr, third.msgstr = "باسقا", "جاڭا"
    found = verdicts(preview(po, translator))
    assert (found[first.msgid], found[second.msgid], found[third.msgid]) == (
        Verdict.UNCHANGED,
        Verdict.CHANGED,
        Verdict.NEW,
    )
    assert Verdict.EMPTY in found.values()


def test_a_preview_writes_nothing(begun, translator):
    po = exported(begun)
    po[0].msgstr = "جاڭا"
    preview(po, translator)
    assert not StringTranslation.objects.exists()


def test_what_was_edited_here_since_the_export_is_a_conflict_that_stays(begun, translator):
    translate(begun)
    po = exported(begun)
    entry(po, "退保骗局").msgstr = "فايلدان"
    put(begun, segments(begun)[0], "مۇندا")
    found = preview(po, translator)
    assert verdicts(found)["退保骗局"] == Verdict.CONFLICT
    with pytest.raises(po_importing.CannotImport):
        po_importing.commit(found, set(), translator)
    assert texts(begun)["退保骗局"] == "مۇندا"


def test_a_conflict_that_is_ticked_is_taken_from_the_file(here, begun):
    translate(begun)
    po = exported(begun)
    entry(po, "退保骗局").msgstr = "فايلدان"
    put(begun, segments(begun)[0], "مۇندا")
    send(here, content(po))
    found = PoImport.objects.get()
    number = list(verdicts(found).values()).index(Verdict.CONFLICT)
    here.post(reverse("translation:po_import", args=[found.key]), {"take": [number]})
    assert texts(begun)["退保骗局"] == "فايلدان"


def test_strange_texts_places_twins_and_fuzzy_ones_are_named(begun, translator):
    po = exported(begun)
    title, other = po[0], po[1]
    title.msgstr = "ا"
    po.append(polib.POEntry(msgctxt="title", msgid="没有这句", msgstr="x"))
    po.append(polib.POEntry(msgctxt="nowhere", msgid=title.msgid, msgstr="x"))
    po.append(polib.POEntry(msgctxt=title.msgctxt, msgid=title.msgid, msgstr="x"))
    other.msgstr, other.flags = "ا", ["fuzzy"]
    found = [one.verdict for one in po_importing.entries_of(preview(po, translator))]
    assert found[:2] == [Verdict.NEW, Verdict.FUZZY]
    assert found[-3:] == [Verdict.UNKNOWN, Verdict.MISPLACED, Verdict.TWICE]


def test_a_lost_link_is_named_with_the_line_and_not_imported(here, translator):
    body = [("case", {"heading": "", "text": [("paragraph", LINKED)]})]
    [translation] = begin(make_case("two", body=body))
    po = exported(translation)
    linked = next(one for one in po if "<a" in one.msgid)
    linked.msgstr = "سىلتەمە جوق"
    page = send(here, content(po)).content.decode()
    assert "缺少：&lt;b&gt;, &lt;a id=&quot;a1&quot;&gt;" in page
    line = next(one.linenum for one in polib.pofile(content(po).decode()) if "<a" in one.msgid)
    assert f"第 {line} 行" in page
    assert verdicts(PoImport.objects.get())[linked.msgid] == Verdict.BROKEN


LINKED = '<p>先打<b>96110</b>,再看<a href="https://example.com/x">官网</a>。</p>'


def test_a_number_that_is_missing_is_pointed_out_and_kept_out_of_nothing(translator):
    [translation] = begin(make_case("two", title="损失30000元"))
    po = exported(translation)
    entry(po, "损失30000元").msgstr = "شىعىن"
    found = preview(po, translator)
    [one] = [one for one in po_importing.entries_of(found) if one.source == "损失30000元"]
    assert one.verdict == Verdict.NEW
    assert "30000" in " ".join(one.remarks)


# --- In: all or nothing ---------------------------------------------------------------------------


def test_what_was_previewed_is_imported_as_manual_and_the_rest_is_kept(begun, translator):
    translate(begun, upto=2)
    kept = texts(begun)
    po = polib.POFile()
    po.metadata = exported(begun).metadata
    third = list(exported(begun))[2]
    po.append(polib.POEntry(msgctxt=third.msgctxt, msgid=third.msgid, msgstr="جاڭا"))
    assert po_importing.commit(preview(po, translator), set(), translator) == 1
    assert texts(begun) == kept | {third.msgid: "جاڭا"}
    row = StringTranslation.objects.get(data="جاڭا")
    assert (row.translation_type, row.last_translated_by) == ("manual", translator)


def test_unfuzzied_the_converted_text_is_confirmed(begun, translator):
    row = put(begun, segments(begun)[0], "دايىن", kind="machine")
    po = exported(begun)
    entry(po, "退保骗局").flags = []
    po_importing.commit(preview(po, translator), set(), translator)
    row.refresh_from_db()
    assert (row.translation_type, row.data) == ("manual", "دايىن")


def test_an_edit_between_preview_and_import_stops_it_whole(begun, translator):
    po = exported(begun)
    for one in po:
        one.msgstr = "جاڭا"
    found = preview(po, translator)
    put(begun, segments(begun)[-1], "مۇندا")
    with pytest.raises(po_importing.CannotImport):
        po_importing.commit(found, set(), translator)
    assert list(texts(begun).values()) == ["مۇندا"]


def test_a_change_of_the_chinese_between_preview_and_import_stops_it(begun, translator):
    po = exported(begun)
    entry(po, "损失三万元").msgstr = "جاڭا"
    found = preview(po, translator)
    change(begun.source.get_source_instance(), summary="损失五万元")
    with pytest.raises(po_importing.CannotImport):
        po_importing.commit(found, set(), translator)
    assert texts(begun) == {}


def test_imported_twice_it_is_written_once(here, begun):
    po = exported(begun)
    po[0].msgstr = "جاڭا"
    send(here, content(po))
    address = reverse("translation:po_import", args=[PoImport.objects.get().key])
    here.post(address)
    page = here.post(address, follow=True).content.decode()
    assert "已导入" in page
    assert texts(begun) == {po[0].msgid: "جاڭا"}


def test_an_import_is_taken_back_as_a_whole(begun, translator):
    translate(begun, upto=1)
    before = texts(begun)
    po = exported(begun)
    for one in po:
        one.msgstr = "جاڭا"
    found = preview(po, translator)
    po_importing.commit(found, set(), translator)
    po_importing.undo(found, translator)
    assert texts(begun) == before


def test_while_something_was_edited_since_nothing_is_taken_back(here, begun, translator):
    po = exported(begun)
    for one in po:
        one.msgstr = "جاڭا"
    found = preview(po, translator)
    po_importing.commit(found, set(), translator)
    put(begun, segments(begun)[0], "كەيىن")
    after = texts(begun)
    page = here.post(reverse("translation:po_undo", args=[found.key]), follow=True)
    assert "كەيىن" in page.content.decode()
    assert texts(begun) == after


def in_cyrillic(begun) -> dict[str, str]:
    return dict(
        StringTranslation.objects.filter(locale=locale("kk")).values_list(
            "translation_of__data", "data"
        )
    )


def imported(begun, translator) -> PoImport:
    po = exported(begun)
    for one in po:
        one.msgstr = "قالا"
    found = preview(po, translator)
    po_importing.commit(found, set(), translator)
    return found


def test_the_other_script_follows_an_import_as_it_follows_the_desk(begun, translator):
    starting.start(begun.source.object_id, [locale("kk")], translator)
    imported(begun, translator)
    assert set(in_cyrillic(begun).values()) == {"Қала"}
    followed = StringTranslation.objects.filter(locale=locale("kk"))
    assert all(sibling.is_ours(row) for row in followed)


def test_what_followed_goes_back_with_the_import(begun, translator):
    starting.start(begun.source.object_id, [locale("kk")], translator)
    found = imported(begun, translator)
    po_importing.undo(found, translator)
    assert in_cyrillic(begun) == {}


def test_what_followed_and_was_read_since_is_the_readers_and_stays(begun, translator):
    starting.start(begun.source.object_id, [locale("kk")], translator)
    found = imported(begun, translator)
    [other] = Translation.objects.filter(target_locale=locale("kk"))
    pk = next(one.pk for one in desk_segments.segments_of(other) if one.source == "退保骗局")
    saving.confirm(other, [pk], translator)
    po_importing.undo(found, translator)
    assert in_cyrillic(begun) == {"退保骗局": "Қала"}
    assert texts(begun) == {}


def test_a_title_longer_than_its_place_is_named_and_not_imported(here, begun):
    po = exported(begun)
    entry(po, "退保骗局").msgstr = "ق" * 256
    page = send(here, content(po)).content.decode()
    assert "256" in page
    found = PoImport.objects.get()
    assert verdicts(found)["退保骗局"] == Verdict.TOO_LONG


# --- Files that are none --------------------------------------------------------------------------


def test_a_file_of_another_translation_is_refused_and_names_it(here, begun):
    [other] = begin(make_case("two", title="非法集资"), "kk")
    query = f"?key={begun.source.object_id}&language=kk-arab"
    page = send(here, content(exported(other)), query=query).content.decode()
    assert "非法集资" in page
    assert not PoImport.objects.exists()


def test_a_file_without_the_number_of_its_translation_is_refused(here, begun):
    po = exported(begun)
    del po.metadata["X-WagtailLocalize-TranslationID"]
    assert "X-WagtailLocalize-TranslationID" in send(here, content(po)).content.decode()


def test_a_broken_file_is_named_with_its_line(here, begun):
    broken = content(exported(begun)) + b'\nmsgid "x"\nmsgstr "y\nbroken'
    line = broken.count(b"\n") + 1
    page = send(here, broken).content.decode()
    assert f"one.po 第 {line} 行" in page
    assert not PoImport.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=GBK\\n"\n# 中文'.encode("gbk"),
            "GBK",
        ),
        ('msgid "x"\nmsgstr "y"'.encode("utf-16"), "UTF-16"),
        (b'msgid "a"\n\nmsgstr "\xff"', "第 3 行"),
        (b'msgid "a"\nmsgstr "\x00"', "第 2 行"),
        (b"", "文件"),
        (b"/etc/passwd", "PO"),
        (b"PK\x03\x04 broken", "ZIP"),
        (b"x" * (po_reading.MOST_BYTES + 1), "MB"),
    ],
)
def test_what_is_no_po_file_is_refused_with_a_reason(here, data, said):
    response = send(here, data)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not PoImport.objects.exists()


def test_an_archive_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.po", b" " * (po_reading.MOST_UNPACKED + 1))
    with pytest.raises(po_reading.UnreadablePo, match="20"):
        po_reading.read("a.zip", out.getvalue())


def test_one_bad_file_in_an_archive_refuses_all(here, begun):
    po = exported(begun)
    po[0].msgstr = "جاڭا"
    archive = po_writing.zip_of([("good.po", po), ("bad.po", polib.POFile())])
    page = send(here, archive, name="both.zip").content.decode()
    assert "bad.po" in page
    assert not PoImport.objects.exists()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_whatever_is_sent_it_is_read_or_refused(data):
    with contextlib.suppress(po_reading.UnreadablePo):
        po_reading.read("x.po", b'msgid "a"\nmsgstr "b"\n' + data)


# --- Who ------------------------------------------------------------------------------------------


def test_a_preview_is_its_uploaders_alone(client, here, begun, person):
    po = exported(begun)
    po[0].msgstr = "جاڭا"
    send(here, content(po))
    client.force_login(person(Role.EDITOR))
    address = reverse("translation:po_import", args=[PoImport.objects.get().key])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_only_languages_that_are_the_users_own_come_in(begun, translator, monkeypatch):
    monkeypatch.setattr("content.translation.po_checking.locales_of", lambda _user: [locale("kk")])
    with pytest.raises(po_reading.UnreadablePo):
        preview(exported(begun), translator)
