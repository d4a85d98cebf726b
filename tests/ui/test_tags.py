"""The tags a template uses, as a page sees them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms as plain
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe
from lxml import html as lxml_html

from asye.ui import forms
from asye.ui.environment import environment, render
from asye.ui.templatetags.gds import gds_fields


def drawn(source, **context):
    return Template("{% load gds components %}" + source).render(Context(context))


def page(source, **context):
    return lxml_html.fragment_fromstring(drawn(source, **context), create_parent="div")


RESULTS = [("pass", "Pass"), ("fail", "Fail")]


class Person(forms.Form):
    first_name = forms.TextField(noun="first name", help_text="As on their registration")
    start = forms.DateField(noun="the start date")
    result = forms.ChoiceField(noun="a result", choices=RESULTS, reveals={"fail": "reasons"})
    reasons = forms.TextAreaField(noun="the reasons", max_length=200)
    nickname = forms.TextField(noun="nickname", required=False)


def test_one_environment_is_kept():
    assert environment() is environment()


@pytest.mark.parametrize(
    ("component", "params"),
    [
        ("inset-text", {"html": "<b>x</b>"}),
        ("button", {"html": "x"}),
        ("details", {"summaryHtml": "x", "text": "y"}),
        ("details", {"summary_html": "x", "text": "y"}),
        ("input", {"name": "n", "label": {"html": "x"}}),
        ("table", {"rows": [[{"html": "x"}]]}),
        ("service-navigation", {"slots": {"start": "x"}}),
    ],
)
def test_html_must_be_safe(component, params):
    with pytest.raises(TypeError, match="takes a SafeString"):
        render(component, params)


def test_text_is_escaped():
    assert "<script>" not in drawn('{% gds "inset-text" text=words %}', words="<script>alert(1)</script>")
    assert "<script>" not in drawn("{% gdsblock 'details' summary_text='s' %}{{ w }}{% endgdsblock %}", w="<script>")
    assert "<b>bold</b>" in drawn('{% gds "inset-text" html=words %}', words=mark_safe("<b>bold</b>"))


def test_parameters_may_be_nested_and_laid_over():
    made = page(
        '{% gds "input" params=base name="town" label__text="Town" %}', base={"id": "t", "label": {"classes": "c"}}
    )
    label = made.find(".//label")
    assert (label.get("for"), label.get("class"), label.text.strip()) == ("t", "govuk-label c", "Town")


def test_a_block_needs_a_component():
    with pytest.raises(TemplateSyntaxError):
        drawn("{% gdsblock %}x{% endgdsblock %}")


TYPED = "First line\nSecond line\n\n    indented\n"


def test_lines_in_a_revealed_text_area_come_back_unchanged():
    form = Person({"result": "fail", "reasons": TYPED})
    made = page("{% gds_field form.result %}", form=form)
    area = made.find(".//textarea")
    assert area.text == TYPED
    reveal = made.get_element_by_id("conditional-result-2")
    assert area in list(reveal.iter("textarea"))
    assert "hidden" not in reveal.get("class")


def test_a_leading_line_end_survives_the_browser():
    made = drawn("{% gds_field form.reasons %}", form=Person({"reasons": "\nafter an empty line"}))
    assert ">\n\nafter an empty line</textarea>" in made


def test_an_error_is_tied_to_its_control():
    made = page("{% gds_field form.first_name %}", form=Person({}))
    control = made.get_element_by_id("first_name")
    assert control.get("aria-describedby") == "first_name-hint first_name-error"
    assert "Enter first name" in made.get_element_by_id("first_name-error").text_content()


def test_an_optional_field_says_so():
    assert page("{% gds_field form.nickname %}", form=Person()).find(".//label").text.strip() == "Nickname (optional)"


def test_a_label_can_be_the_heading():
    assert page("{% gds_field form.first_name as_heading=True %}", form=Person()).find("./div/h1/label") is not None
    assert page("{% gds_field form.start as_heading=True %}", form=Person()).find(".//legend/h1") is not None


def test_the_summary_links_to_each_first_wrong_control():
    form = Person({"start_day": "3", "start_month": "13", "start_year": "2026", "result": "fail"})
    links = {a.get("href"): a.text for a in page("{% gds_errors form %}", form=form).iter("a")}
    assert links == {
        "#first_name": "Enter first name",
        "#start-month": "The start date must be a real date",
        "#reasons": "Enter the reasons",
    }
    whole = page("{% gds_errors form %}{% gds_fields form %}", form=form)
    assert all(whole.get_element_by_id(href[1:]) is not None for href in links)


def test_wrong_date_boxes_are_marked():
    form = Person({"start_day": "3", "start_month": "13", "start_year": "2026"})
    made = page("{% gds_field form.start %}", form=form)
    marked = {box.get("name"): "govuk-input--error" in box.get("class") for box in made.iter("input")}
    assert marked == {"start_day": False, "start_month": True, "start_year": False}
    assert [box.get("value") for box in made.iter("input")] == ["3", "13", "2026"]


def test_a_date_added_to_in_clean_marks_all_its_boxes():
    form = Person({"start_day": "3", "start_month": "9", "start_year": "2026"})
    form.add_error("start", "The start date must be after they qualified")
    assert "#start-day" in drawn("{% gds_errors form %}", form=form)
    assert drawn("{% gds_field form.start %}", form=form).count("govuk-input--error") == 3


def test_an_untouched_form_has_no_summary():
    assert drawn("{% gds_errors form %}", form=Person()) == ""
    assert drawn("{% error_prefix %}", form=Person()) == ""
    assert drawn("{% error_prefix %}") == ""


def test_the_title_says_error():
    assert drawn("{% error_prefix %}", form=Person({})) == "Error: "
    assert drawn("{% error_prefix %}", forms=[Person(), Person({})]) == "Error: "


def test_all_fields_are_drawn_once():
    names = [control.get("name") for control in page("{% gds_fields form %}", form=Person()).iter("input", "textarea")]
    assert names == ["first_name", "start_day", "start_month", "start_year", "result", "result", "reasons", "nickname"]


def test_fields_that_are_drawn_already_stay_as_they_are():
    fields = gds_fields(Person())
    assert gds_fields(fields) is fields
    with pytest.raises(AttributeError):
        gds_fields("<p>not drawn by a component</p>")


class SignIn(plain.Form):
    login = plain.EmailField(label="Email")
    password = plain.CharField(widget=plain.PasswordInput, help_text=mark_safe("<ul><li>15 characters</li></ul>"))
    remember = plain.BooleanField(required=False)
    next = plain.CharField(widget=plain.HiddenInput)


def test_other_django_forms_are_drawn_too():
    form = SignIn({"login": "x", "password": "secret-words", "next": "/home"})
    form.add_error(None, "The email address or the password is wrong")
    made = page("{% gds_errors form %}{% gds_fields form %}", form=form)
    assert made.get_element_by_id("id_login").get("type") == "email"
    assert made.get_element_by_id("id_password").get("value") is None
    assert made.find(".//input[@type='hidden']").get("value") == "/home"
    assert made.find(".//a[@href='#id_login']").text == "The email address or the password is wrong"


ROWS = [("SWE number", "SW12"), ("Start date", "", "/change"), ("Address", "1 High Street\n<Leeds>")]


def test_summary_rows():
    made = page("{% summary_list rows %}", rows=ROWS)
    values = [" ".join(dd.text_content().split()) for dd in made.iter("dd")]
    assert values == ["SW12", "Not provided", "Change start date", "1 High Street<Leeds>"]


def test_table_puts_numbers_to_the_right():
    made = page(
        "{% table 'Lines' header rows %}",
        header=["Person", {"text": "Amount", "numeric": True}],
        rows=[["Ann", "£1,000"]],
    )
    assert "numeric" in made.findall(".//td")[1].get("class")
    assert made.find("./div").get("tabindex") == "0"
    with pytest.raises(ValueError, match="zip"):
        drawn("{% table 'Lines' header rows %}", header=["Person"], rows=[["Ann", "too many"]])


def test_tag_refuses_a_colour_that_does_not_exist():
    assert "govuk-tag--red" in drawn('{% tag "Overdue" "red" %}')
    with pytest.raises(ValueError, match="not a colour"):
        drawn('{% tag "Overdue" "pinkish" %}')


def test_pagination():
    assert drawn("{% pagination page %}", page=Paginator(range(5), 10).page(1)) == ""
    made = page("{% pagination page address='s=abc' %}", page=Paginator(range(100), 10).page(5))
    assert [a.get("href") for a in made.iter("a")][:2] == ["?s=abc&page=4", "?s=abc&page=1"]
    assert made.find(".//a[@aria-current='page']").text.strip() == "5"
    second = page("{% pagination page name='owed' label='Pages of it' %}", page=Paginator(range(100), 10).page(5))
    assert next(a.get("href") for a in second.iter("a")) == "?owed=4"
    assert second.find(".//nav").get("aria-label") == "Pages of it"


def test_a_confirmation_says_what_happens_next():
    made = drawn("{% confirmation 'Sent' steps reference='REG-1' %}", steps=["We check it."])
    assert "REG-1" in made
    assert "What happens next" in made
    assert "We check it." in made
    with pytest.raises(ValueError, match="what happens next"):
        drawn("{% confirmation 'Sent' steps %}", steps=[])


def test_filters_say_money_and_dates_as_people_do():
    instant = datetime(2026, 9, 3, 16, 50, tzinfo=UTC)
    assert drawn("{{ 100000|pounds }} {{ n|pounds }}", n=100050) == "£1,000 £1,000.50"
    assert drawn("{{ d|long_date }}", d=date(2026, 9, 3)) == "3 September 2026"
    assert drawn("{{ i|long_datetime }}", i=instant) == "3 September 2026 at 5:50pm"
    assert drawn("{{ d|how_late:today }}", d=date(2026, 9, 3), today=date(2026, 9, 5)) == "2 days late"
    assert drawn("{{ n|pounds }}{{ n|long_date }}{{ n|long_datetime }}{{ n|how_late:n }}", n=None) == ""


def test_lines_of_what_waits():
    late = SimpleNamespace(
        id="mine-1", title="Approve <it>", about="A & B", href="/r/1?a=1&b=2", state="2 days late", colour="red"
    )
    undated = SimpleNamespace(id="mine-2", title="Sign", about="Noor", href="/r/2", state="", colour="")
    made = page("{% task_lines lines %}", lines=[late, undated])
    assert made.xpath("count(ul[@class='govuk-task-list']/li)") == 2
    first, second = made.findall(".//li")
    link, hint = first.find(".//a"), first.find(".//div/div")
    assert (link.get("href"), link.text, link.get("aria-describedby")) == ("/r/1?a=1&b=2", "Approve <it>", "mine-1")
    assert (hint.get("id"), hint.text) == ("mine-1", "A & B")
    assert [(tag.get("class"), tag.text) for tag in first.iter("strong")] == [
        ("govuk-tag govuk-tag--red", "2 days late")
    ]
    assert second.find(".//strong") is None
