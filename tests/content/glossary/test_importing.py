"""Terms from a file: checked, shown, and brought in exactly as shown or not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.regions.roles import Role
from content.glossary import csv_files, importing
from content.glossary.importing import SettledError, StalePreviewError, commit, stage
from content.glossary.matching import terms_in
from content.kazakh import to_arabic
from content.models import GlossaryImport, GlossaryTerm
from tests.content.glossary.test_files import V2


def address(name: str, *args) -> str:
    return reverse(f"wagtailsnippets_content_glossaryterm:{name}", args=args)


@pytest.fixture
def reviewer(person):
    return person(Role.REVIEWER, "000000")


@pytest.fixture
def translator(person):
    return person(Role.TRANSLATOR, "000000")


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def outcomes(staged: GlossaryImport) -> list[str]:
    return [row["outcome"] for row in staged.rows]


def test_each_row_is_new_changed_unchanged_or_wrong(term, reviewer):
    term("退保", "шығу")
    term("存款", "салым")
    staged = stage(
        csv_of("zh,kk", "退保,бұзу", "存款,салым", "贷款,несие", ",x"), "a.csv", reviewer
    )
    assert outcomes(staged) == ["changed", "unchanged", "new", "error"]
    assert staged.counts == {"changed": 1, "unchanged": 1, "new": 1, "error": 1}
    assert GlossaryTerm.objects.count() == 2


def test_a_change_tells_what_stood_and_what_comes(term, reviewer):
    term("退保", "шығу")
    (row,) = stage(csv_of("zh,kk", "退保,бұзу"), "a.csv", reviewer).rows
    assert row["before"]["kk"] == "шығу"
    assert row["after"]["kk"] == "бұзу"
    # Made by the converter, so it follows.
    assert row["after"]["kk_arab"] == to_arabic("бұзу")


def test_committing_writes_what_was_shown_in_the_users_name(term, reviewer):
    old = term("退保", "шығу")
    staged = stage(csv_of("zh,kk", "退保,бұзу", "贷款,несие"), "a.csv", reviewer)
    assert commit(staged, reviewer) == {"changed": 1, "new": 1}
    old.refresh_from_db()
    new = GlossaryTerm.objects.get(zh="贷款")
    assert (old.kk, new.kk, new.kk_arab) == ("бұзу", "несие", to_arabic("несие"))
    assert [one.zh for one in terms_in("退保贷款")] == ["退保", "贷款"]
    logged = ModelLogEntry.objects.filter(user=reviewer).order_by("action")
    assert [(one.action, one.label, one.data["file"]) for one in logged] == [
        ("wagtail.create", "贷款", "a.csv"),
        ("wagtail.edit", "退保", "a.csv"),
    ]


def test_committing_twice_is_refused(term, reviewer):
    staged = stage(csv_of("zh,kk", "贷款,несие"), "a.csv", reviewer)
    commit(staged, reviewer)
    with pytest.raises(SettledError):
        commit(staged, reviewer)


@pytest.mark.parametrize("meanwhile", ["changed", "added", "deleted", "wording taken"])
def test_a_glossary_that_changed_meanwhile_is_noticed_and_nothing_written(
    term, reviewer, meanwhile
):
    one = term("退保", "шығу")
    staged = stage(csv_of("zh,kk,synonyms", "退保,бұзу,解约", "贷款,несие,"), "a.csv", reviewer)
    if meanwhile == "changed":
        GlossaryTerm.objects.filter(pk=one.pk).update(kk="басқа")
    elif meanwhile == "added":
        term("贷款", "қарыз")
    elif meanwhile == "deleted":
        one.delete()
    else:
        term("解约", "басқа")
    stood = list(GlossaryTerm.objects.order_by("pk").values_list("zh", "kk"))
    with pytest.raises(StalePreviewError):
        commit(staged, reviewer)
    assert list(GlossaryTerm.objects.order_by("pk").values_list("zh", "kk")) == stood
    staged.refresh_from_db()
    assert staged.rows == importing.check(importing._rows(staged), reviewer)


def test_with_mistakes_the_right_rows_alone_are_brought_in(term, reviewer):
    staged = stage(csv_of("zh,kk,领域", "贷款,несие,", "存款,салым,天文"), "a.csv", reviewer)
    commit(staged, reviewer)
    assert [one.zh for one in GlossaryTerm.objects.all()] == ["贷款"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (",салым,", "zh"),
        ("abc,салым,", "zh"),
        ("退保,шығу,", "zh"),
        ("存款," + "а" * 300 + ",", "kk"),
        ("存款,سالىم,", "kk"),
        ("存款,салым,解约", "synonyms"),
        ("存款,салым,,более", "zh"),
    ],
)
def test_a_wrong_row_names_its_field(term, reviewer, line, field):
    term("保险", "сақтандыру", synonyms="解约")
    staged = stage(csv_of("zh,kk,synonyms", "退保,шығу,", line), "a.csv", reviewer)
    assert outcomes(staged) == ["new", "error"]
    (number, _term, _field, message) = importing.reasons(staged)[0]
    assert (number, bool(message)) == (3, True)
    assert field in {one["field"] for one in staged.rows[1]["problems"]}


def test_what_a_translator_brings_in_is_a_proposal(term, translator):
    term("退保", "шығу", status="approved")
    data = csv_of("zh,kk,status", "退保,бұзу,approved", "贷款,несие,approved")
    commit(stage(data, "a.csv", translator), translator)
    assert {one.status for one in GlossaryTerm.objects.all()} == {"proposed"}


def test_what_a_reviewer_approves_by_a_file_bears_their_name(term, reviewer):
    commit(stage(csv_of("zh,kk,status", "贷款,несие,已批准"), "a.csv", reviewer), reviewer)
    one = GlossaryTerm.objects.get()
    assert (one.status, one.approved_by) == ("approved", reviewer)


def test_an_export_brought_in_again_changes_nothing(db, reviewer):
    data = csv_files.write(GlossaryTerm.objects.all()).encode("utf-8-sig")
    staged = stage(data, "a.csv", reviewer)
    assert staged.counts == {"unchanged": GlossaryTerm.objects.count()}


def test_tbx_from_elsewhere_adds_to_the_lists_of_a_term(term, reviewer):
    one = term("退保", "шығу", synonyms="解除保险", variants="тарқату", notes="旧")
    commit(stage(V2.encode(), "a.tbx", reviewer), reviewer)
    one.refresh_from_db()
    assert one.synonyms.split("\n") == ["解除保险", "解约"]
    assert one.variants.split("\n") == ["тарқату", "бұзу"]
    assert one.notes == "解除合同"


def test_checking_takes_as_many_queries_for_50_rows_as_for_5(term, reviewer):
    def cost(number: int) -> int:
        lines = [f"词{n},салым" for n in range(number)]
        with CaptureQueriesContext(connection) as asked:
            stage(csv_of("zh,kk", *lines), "a.csv", reviewer)
        return len(asked)

    cost(1)
    assert cost(5) == cost(50)


# --- On screen


def upload(client, data: bytes, name: str = "术语.csv"):
    return client.post(address("import"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_upload_preview_and_commit_on_screen(client, translator, term):
    term("退保", "шығу")
    client.force_login(translator)
    page = upload(client, csv_of("zh,kk,english", "退保,бұзу,x")).content.decode()
    assert "шығу" in page
    assert "бұзу" in page
    assert "english" in page
    staged = GlossaryImport.objects.get()
    answer = client.post(address("import_commit", staged.pk), follow=True)
    assert "更改 1 条" in answer.content.decode()
    assert GlossaryTerm.objects.get().kk == "бұзу"


def test_a_stale_preview_leads_back_to_a_fresh_one(client, reviewer, term):
    one = term("退保", "шығу")
    client.force_login(reviewer)
    upload(client, csv_of("zh,kk", "退保,бұзу"))
    GlossaryTerm.objects.filter(pk=one.pk).update(kk="басқа")
    page = client.post(
        address("import_commit", GlossaryImport.objects.get().pk), follow=True
    ).content.decode()
    assert "在此期间有改动" in page
    assert "басқа" in page


def test_mistakes_can_be_downloaded(client, reviewer, no_terms):
    client.force_login(reviewer)
    page = upload(client, csv_of("zh,kk", "=abc,салым")).content.decode()
    assert "没有汉字" in page
    answer = client.get(address("import_errors", GlossaryImport.objects.get().pk))
    text = answer.content.decode("utf-8-sig")
    assert text.startswith("行,")
    assert "2,'=abc,中文," in text


def test_what_is_no_file_of_terms_is_said_at_the_field(client, reviewer, no_terms):
    client.force_login(reviewer)
    assert "没有“中文”一列" in upload(client, b"a,b\n1,2").content.decode()
    assert "实体" in upload(client, b'<!DOCTYPE x [<!ENTITY a "b">]><tbx/>').content.decode()
    assert client.post(address("import")).status_code == 200
    assert not GlossaryImport.objects.exists()


def test_giving_up_leaves_nothing(client, reviewer, no_terms):
    client.force_login(reviewer)
    upload(client, csv_of("zh,kk", "退保,бұзу"))
    client.post(address("import_drop", GlossaryImport.objects.get().pk))
    assert not GlossaryImport.objects.exists()
    assert not GlossaryTerm.objects.exists()


def test_somebody_elses_file_is_not_there(client, reviewer, translator, no_terms):
    staged = stage(csv_of("zh,kk", "退保,бұзу"), "a.csv", reviewer)
    client.force_login(translator)
    assert client.get(address("import_preview", staged.pk)).status_code == 404
    assert client.post(address("import_commit", staged.pk)).status_code == 404


@pytest.mark.parametrize(("kind", "mark"), [("csv", "\ufeff中文,"), ("tbx", "<?xml")])
def test_an_export_holds_what_the_list_shows(client, person, term, kind, mark):
    term("退保", "шығу", subject="insurance")
    term("存款", "салым", subject="banking")
    client.force_login(person(Role.EDITOR, "000000"))
    answer = client.get(address("export", kind), {"subject": "insurance", "q": "шығу"})
    text = answer.content.decode()
    assert text.startswith(mark)
    assert "退保" in text
    assert "存款" not in text
    assert f".{kind}" in answer["Content-Disposition"]


def test_another_kind_of_export_is_not_there(client, person, no_terms):
    client.force_login(person(Role.EDITOR, "000000"))
    assert client.get(address("export", "exe")).status_code == 404
