"""The interface's strings are found, kept in order, converted and judged."""

from io import StringIO

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from content.kazakh import to_arabic
from edu_cms import catalogues
from edu_cms.catalogues import (
    Message,
    convert,
    find_messages,
    is_public,
    merge,
    messages_in_python,
    messages_in_template,
    problems,
)

pytestmark = pytest.mark.once


def found(messages) -> list[tuple]:
    return [(m.context, m.text, m.plural) for m in messages]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_("a")', (None, "a", None)),
        ('gettext_lazy("a")', (None, "a", None)),
        ('ngettext("%d page", "%d pages", n)', (None, "%d page", "%d pages")),
        ('pgettext("month", "May")', ("month", "May", None)),
        ('_(\n    "one "\n    "two"\n)', (None, "one two", None)),
    ],
)
def test_strings_of_python(source, message):
    assert found(messages_in_python(source)) == [message]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{% translate "a" %}', (None, "a", None)),
        ('{% translate "May" context "month" %}', ("month", "May", None)),
        ('{% include "x.html" with t=_("a") %}', (None, "a", None)),
        ('{{ value|default:_("a") }}', (None, "a", None)),
        (
            "  {% blocktranslate with n=x trimmed %}\n {{ n }} of\n all {% endblocktranslate %}",
            (None, "%(n)s of all", None),
        ),
        (
            "{% blocktranslate count n=x %}one{% plural %}{{ n }}{% endblocktranslate %}",
            (None, "one", "%(n)s"),
        ),
        ('<p>it\'s</p>\n    <b>\n  {% translate "100%" %}', (None, "100%%", None)),
    ],
)
def test_strings_of_templates(source, message):
    assert found(messages_in_template(source)) == [message]


def test_a_python_string_is_public_only_where_it_says_so():
    source = '# Translators: public\n_("seen")\n\n_("unseen")\n'
    assert [(m.text, m.public) for m in messages_in_python(source)] == [
        ("seen", True),
        ("unseen", False),
    ]


@pytest.mark.parametrize(
    ("template", "public"),
    [
        ("content/templates/content/pages/home.html", True),
        ("edu_cms/templates/404.html", True),
        ("campaigns/templates/campaigns/channels/package.html", True),
        ("campaigns/templates/campaigns/field/index.html", False),
        ("edu_cms/templates/wagtailadmin/home.html", False),
        ("content/templates/content/blocks/preview/figure.html", False),
    ],
)
def test_templates_of_the_administration_are_not_public(template, public):
    assert is_public(template) is public


def test_the_source_is_read_without_its_migrations():
    files = {name for m in find_messages(settings.BASE_DIR).values() for name in m.files}
    assert files
    assert not [name for name in files if "/migrations/" in name]


def messages(*texts: str) -> dict:
    return {(None, text): Message(None, text, files={"a.py"}) for text in texts}


def test_merging_keeps_translations_and_drops_what_is_gone():
    held = [polib.POEntry(msgid="kept", msgstr="留"), polib.POEntry(msgid="gone", msgstr="去")]
    result = merge(messages("new", "kept"), held, "zh_Hans")
    assert [(entry.msgid, entry.msgstr) for entry in result] == [("kept", "留"), ("new", "")]


def test_merging_again_gives_the_same_text_whatever_the_order():
    once = merge(messages("b", "a"), [], "kk")
    again = merge(messages("a", "b"), once, "kk")
    assert str(again) == str(once)
    assert "a.py:" not in str(once)


def test_arabic_script_is_made_from_cyrillic_around_the_placeholders():
    kk = merge(messages("%(n)s of <b>{all}</b>"), [], "kk")
    kk[0].msgstr = "%(n)s бет <b>{all}</b>"
    arabic = merge(messages("%(n)s of <b>{all}</b>"), [], "kk_Arab")
    convert(kk, arabic, to_arabic)
    assert arabic[0].msgstr == f"%(n)s{to_arabic(' бет ')}<b>{{all}}</b>"


def test_what_a_person_wrote_by_hand_stays():
    kk, arabic = merge(messages("a"), [], "kk"), merge(messages("a"), [], "kk_Arab")
    kk[0].msgstr, arabic[0].msgstr, arabic[0].tcomment = "бет", "قولمەن", "hand"
    convert(kk, arabic, to_arabic)
    assert arabic[0].msgstr == "قولمەن"


@pytest.mark.parametrize(
    ("text", "translation", "problem"),
    [
        ("a", "", "no translation: 'a'"),
        ("%(n)s a", "甲", "placeholders differ: '%(n)s a' -> '甲'"),
        ("{n} a", "{m} 甲", "placeholders differ: '{n} a' -> '{m} 甲'"),
        ("100%%", "百分之百", None),
        ("%(n)s a", "甲 %(n)s", None),
    ],
)
def test_what_is_wrong_with_a_translation_is_named(text, translation, problem):
    catalogue = merge(messages(text), [polib.POEntry(msgid=text, msgstr=translation)], "kk")
    assert list(problems(catalogue)) == ([problem] if problem else [])


def test_a_singular_may_leave_its_number_out():
    message = Message(None, "one page", "%(n)s pages")
    catalogue = merge({message.key: message}, [], "kk")
    catalogue[0].msgstr_plural = {0: "бір бет", 1: "%(n)s бет"}
    assert not list(problems(catalogue))


def test_compiling_twice_writes_once(tmp_path):
    catalogue = merge(messages("a"), [polib.POEntry(msgid="a", msgstr="甲")], "zh_Hans")
    assert catalogues.write(tmp_path, "zh_Hans", catalogue)
    assert not catalogues.write(tmp_path, "zh_Hans", catalogue)
    (compiled,) = catalogues.compile_all(tmp_path)
    assert polib.mofile(str(compiled)).find("a").msgstr == "甲"
    assert catalogues.compile_all(tmp_path) == []


def test_the_command_names_what_is_out_of_date_and_mends_it(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="zh_Hans: out of date"):
        call_command("update_catalogues", check=True)
    call_command("update_catalogues", stdout=StringIO())
    with pytest.raises(CommandError) as refused:
        call_command("update_catalogues", check=True)
    assert "out of date" not in str(refused.value)
    assert "zh_Hans: no translation: " in str(refused.value)


def test_our_own_catalogues_are_complete():
    call_command("update_catalogues", check=True)
