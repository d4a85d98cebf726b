"""The list of registrations: found by names in any spelling, by number and reference, narrowed, paged."""

import re
import unicodedata
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.states import Region
from asye import clock
from registrations import finding, queries
from registrations.finding import Criteria
from registrations.models import NQSW, PersonNames, Registration
from registrations.rules import searching
from registrations.services import changes
from registrations.states import Stage
from tests.cast import NOW, TODAY
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LIST = "/registrations"
MANY_NEW = """
    INSERT INTO registrations_nqsw (swe_number, number_unknown_because, title, first_name, middle_names, last_name,
        former_name, certificate_name, email, personal_email, institution, created_at)
    SELECT 'SW77' || n, '', '', 'Ann', '', 'Many' || n, '', '', '', '', '', now() FROM generate_series(1, 3) AS n
"""


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def named(cast):
    """`named("Siân", "O’Neill")` is a registration at Northshire of somebody of that name."""
    numbers = iter(range(100))

    def made(first: str, last: str, former: str = "", **changed) -> Registration:
        given = {"first_name": first, "last_name": last, "former_name": former, "number": next(numbers), **changed}
        return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, **given)

    return made


def said(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


def found(client, **asked) -> list[str]:
    """The names on the page that a search leads to."""
    response = client.post(LIST, asked)
    assert response.status_code == 302, said(response)
    values = {str(value) for value in asked.values()} - {""}
    assert values.isdisjoint(re.split(r"[/?&=]", response.url))
    assert not any(value in response.url for value in values if len(value) > 2)  # a token may hold short ones
    shown = client.get(response.url)
    return [unescape(re.sub(r"<[^>]+>", "", str(row[0]))) for row in shown.context["cells"]]


@pytest.mark.parametrize(
    ("first", "last", "former", "typed"),
    [
        ("Siân", "O’Neill-Łukasz", "", "sian o'neill-lukasz"),
        ("Siân", "O'Neill", "", "O’NEILL"),
        ("Siân", "O'Neill", "", "oneill sian"),
        ("Siân", "O'Neill", "", "o neill"),
        ("Mary-Ann", "Smith", "", "mary ann"),
        ("Mary-Ann", "Smith", "", "Smith, Maryann"),
        ("Mary Ann", "Smith", "", "mary\u2010ann"),
        ("Zoë", "van der Berg", "", "Vanderberg"),
        ("Zoë", "van der Berg", "", "berg zoe"),
        ("Zoë", "Müller", "", unicodedata.normalize("NFD", "Müller")),
        (unicodedata.normalize("NFD", "Zoë"), "Berg", "", "zoë"),
        ("Łucja", "Ørsted", "", "lucja orsted"),
        ("Ada", "Jones", "Fitzgerald", "ada fitzg"),
        ("Ada", "Jones", "", "jon"),
        ("José", "D’Souza", "", "d souza jose"),
        ("Þóra", "Guðmundsdóttir", "", "thora gudmundsdottir"),
    ],
)
def test_a_name_in_any_spelling(client, cast, named, first, last, former, typed):  # noqa: PLR0917
    named(first, last, former)
    named("Quentin", "Xylander")
    client.force_login(cast.amira)
    assert found(client, name=typed) == [f"{first} {last}"]


@pytest.mark.parametrize("typed", ["eill", "annette", "%", "_", "\\", "o'neill jones", "SW999999", "x" * 100])
def test_what_is_not_the_beginning_of_a_name_finds_nobody(client, cast, named, typed):
    named("Ann", "O'Neill")
    client.force_login(cast.amira)
    expected = ["Ann O'Neill"] if typed in {"%", "_", "\\"} else []  # nothing but signs narrows nothing
    assert found(client, name=typed) == expected


@pytest.mark.parametrize("spelt", ["{0}", "{l}", "sw 00{n}", "SW-{n}", "{n}", " sw{n} ", "00{n}", "ann {l}"])
def test_a_number_in_any_disguise(client, cast, named, spelt):
    sent = named("Ann", "Smith")
    named("Ann", "Jones")
    number = sent.nqsw.swe_number
    client.force_login(cast.amira)
    assert found(client, name=spelt.format(number, l=number.lower(), n=number[2:])) == ["Ann Smith"]


def test_a_reference_in_any_spelling(client, cast, approved):
    whole = approved().reference
    approved()
    name = Registration.objects.get(reference=whole).nqsw.full_name
    client.force_login(cast.amira)
    spaced = f"{whole[:4].lower()} {whole[4:]}"
    with_letters = whole[:2] + whole[2:9].replace("0", "O").replace("1", "I") + whole[9:]
    for typed in (whole, whole.lower(), whole[:-1], spaced, f"{whole[:4]}-{whole[4:9]}-{whole[9:]}", with_letters):
        assert found(client, name=typed) == [name], typed
    wrong = whole[:-1] + ("A" if whole[-1] != "A" else "B")
    shown = said(client.post(LIST, {"name": wrong}, follow=True))
    assert f"The last character of {wrong} does not fit" in shown


def test_a_former_and_a_given_name_stay_findable(client, cast, named):
    sent = named("Elizabeth", "Jones")
    NQSW.objects.filter(pk=sent.nqsw_id).update(first_name="Beth", last_name="Marsh")
    client.force_login(cast.amira)
    assert found(client, name="beth marsh") == found(client, name="Elizabeth Jones") == ["Beth Marsh"]


def test_the_words_are_those_of_the_database(named):
    """Python parts what was typed, SQL what is stored: a name typed as it stands is found."""
    for number, (first, last) in enumerate([("Ann-Kathrin", "D’Arcy"), ("J.R.", "O‘Brien"), ("İpek", "Çelik–Öz")]):
        named(first, last, number=number)
    for person in NQSW.objects.all():
        asked = searching.understood(person.full_name)
        everybody = finding.narrowed(Registration.objects.all(), Criteria(text=person.full_name), TODAY)
        assert [each.nqsw_id for each in everybody] == [person.pk], asked


def test_nobody_types_into_the_names(named):
    sent = named("Ann", "Smith")
    names = PersonNames.objects.get(nqsw=sent.nqsw)
    assert names.words.split() == ["ann", "smith"]
    sent.nqsw.former_name = "Van Dyke"
    sent.nqsw.save(update_fields=["former_name"])
    names.refresh_from_db()
    assert names.words.split() == ["ann", "smith", "van", "dyke", "vandyke"]


def test_the_neighbours_are_not_found(client, cast, named):
    named("Ann", "Smith")
    theirs = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=90, last_name="Smith")
    client.force_login(cast.amira)
    assert found(client, name="smith") == ["Ann Smith"]
    assert found(client, name=theirs.nqsw.swe_number) == []
    client.force_login(cast.erin)
    assert len(found(client, name="smith")) == 2


@pytest.fixture
def approved(cast):
    """`approved()` is a registration that DfE has approved, under the name in the register."""
    numbers = iter(range(50, 100))

    def made(**changed) -> Registration:
        sent = make.submitted(
            cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=next(numbers), **changed
        )
        return make.approved(sent, by=cast.erin, now=NOW)

    return made


@pytest.fixture
def each_stage(cast, named, approved):
    """A registration in every stage, by stage."""
    later = NOW + timedelta(days=1)
    made = {Stage.BEING_CHECKED: named("A", "Checked")}
    made[Stage.QUESTION_ASKED] = make.queried(named("B", "Queried"), by=cast.erin, now=NOW)
    made[Stage.REFUSED] = make.refused(named("C", "Refused"), by=cast.erin, now=NOW)
    start = {"employment_start": TODAY, "asye_start": TODAY + timedelta(days=5)}
    made[Stage.NOT_STARTED] = approved(**start)
    made[Stage.ON_PROGRAMME] = approved()
    made[Stage.DEFERRED] = make.deferred(approved(), by=cast.amira, now=NOW)
    left = approved()
    made[Stage.WITHDRAWN] = make.withdrawn(left, by=cast.amira, now=later)
    never = approved()
    made[Stage.NEVER_STARTED] = changes.withdraw(never, never.asye_start, "No.", by=cast.amira, now=NOW)
    return made


def test_each_stage_is_what_the_list_says_it_is(each_stage):
    on = TODAY
    stages = dict(queries.with_stage(Registration.objects.all(), on).values_list("pk", "stage"))
    by_stage = {
        stage: set(Registration.objects.filter(finding.in_stage(stage, on)).values_list("pk", flat=True))
        for stage in Stage
    }
    assert by_stage == {stage: {pk for pk, is_in in stages.items() if is_in == stage} for stage in Stage}
    assert all(by_stage[stage] == {one.pk} for stage, one in each_stage.items())


def test_narrowed_by_all_at_once_and_one_taken_away(client, cast, named):
    named("Ann", "Smith")
    named("Ben", "Smith")
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=90, last_name="Smith")
    client.force_login(cast.erin)
    asked = {
        "name": "ann smith",
        "employer": str(cast.northshire.pk),
        "region": Region.NORTH_EAST.value,
        "year": "asye_cf:2026-27",
        "stage": Stage.BEING_CHECKED.value,
    }
    assert found(client, **asked) == ["Ann Smith"]
    for name, other in (("region", Region.LONDON.value), ("stage", Stage.REFUSED.value)):
        assert found(client, **{**asked, name: other}) == []
    shown = client.post(LIST, asked, follow=True)
    chosen = {one["called"]: one for one in shown.context["chosen"]}
    assert {called: one["value"] for called, one in chosen.items()} == {
        "Search": "ann smith",
        "Employer": "Northshire",
        "Region": "North East",
        "Programme year": "2026-27 ASYE child and family, cohort 15",
        "Stage": "Being checked",
    }
    assert "smith" not in chosen["Employer"]["href"]
    less = client.get(chosen["Search"]["href"])
    assert len(less.context["cells"]) == 2
    assert "1 registration" in said(shown)


def test_an_employer_is_not_asked_for_employers(client, cast, named):
    named("Ann", "Smith")
    client.force_login(cast.amira)
    assert {"employer", "region"}.isdisjoint(client.get(LIST).context["form"].fields)
    assert found(client, employer=str(cast.southmouth.pk), stage="being_checked") == ["Ann Smith"]


def test_an_employer_that_closes_is_offered_with_its_day(client, cast):
    for employer, day in ((cast.northshire, TODAY), (cast.southmouth, TODAY + timedelta(days=1))):
        employer.closed_on = day
        employer.save(update_fields=["closed_on"])
    client.force_login(cast.erin)
    offered = [words for _, words in client.get(LIST).context["form"].fields["employer"].choices]
    assert "Northshire (closed on 14 September 2026)" in offered
    assert "Southmouth (closes on 15 September 2026)" in offered


def test_narrowed_by_where_the_year_is_carried_last(client, cast, named):
    moved = named("Ann", "Smith")
    here = moved.placements.get()
    here.ends_on = TODAY
    here.save(update_fields=["ends_on"])
    moved.placements.create(nqsw=moved.nqsw, employer=cast.southmouth, starts_on=TODAY)
    client.force_login(cast.erin)
    assert found(client, employer=str(cast.northshire.pk)) == []
    assert found(client, employer=str(cast.southmouth.pk)) == ["Ann Smith"]
    client.force_login(cast.amira)
    shown = said(client.get(LIST))
    assert ("Northshire" in shown, "Southmouth" in shown) == (True, False)


def test_pages_follow_each_other_whatever_comes_in_between(client, cast, named, monkeypatch):
    from assessments.views import finding as view

    monkeypatch.setattr(view, "PER_PAGE", 2)
    for last in ("A", "B", "C", "D", "E"):
        with clock.moved_to(NOW):
            named("Ann", last)
    client.force_login(cast.amira)
    link = re.compile(r'href="(\?[^"]*(?:after|before)=[^"]*)"')

    def names(shown) -> str:
        return "".join(re.sub(r"<[^>]+>", "", str(row[0]))[-1] for row in shown.context["cells"])

    first = client.get(LIST)
    (to_second,) = link.findall(first.content.decode())
    named("Ann", "F")
    second = client.get(LIST + to_second)
    to_first, to_third = link.findall(second.content.decode())
    third = client.get(LIST + to_third)
    (back,) = link.findall(third.content.decode())
    assert [names(first), names(second), names(third)] == ["ED", "CB", "A"]
    assert names(client.get(LIST + back)) == "CB"
    assert names(client.get(LIST + to_first)) == "ED"
    for nonsense in ("x", "1", "9" * 18 + "-1", "１-1", "1-1-1", "0-0", "-1-1"):
        assert names(client.get(f"{LIST}?after={nonsense}")) == "FE"
        assert names(client.get(f"{LIST}?before={nonsense}")) in {"FE", "BA"}


def test_counted_no_further_than_it_tells(client, cast, named, monkeypatch):
    monkeypatch.setattr("registrations.finding.MOST_COUNTED", 1)
    monkeypatch.setattr("registrations.list_page.MOST_COUNTED", 1)
    named("Ann", "A")
    named("Ann", "B")
    client.force_login(cast.amira)
    assert "More than 1 registrations" in said(client.get(LIST))


def test_searching_costs_the_same_at_one_and_three(client, cast, named):
    client.force_login(cast.erin)
    asked = {"name": "ann", "stage": "being_checked", "region": Region.NORTH_EAST.value, "overdue": []}
    address = client.post(LIST, asked).url

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as made:
            assert client.get(address).status_code == 200
        return len(made)

    named("Ann", "A")
    one = cost()
    named("Ann", "B")
    named("Ann", "C")
    assert (one, cost()) == (18, 18)


def test_an_empty_list_says_what_to_do(client, cast):
    client.force_login(cast.amira)
    assert "There are no registrations yet." in said(client.get(LIST))
    nothing = said(client.post(LIST, {"name": "Nobody"}, follow=True))
    assert "No registration fits all that you selected" in nothing
    assert "Search: Nobody" in nothing


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registrations_nqsw SET last_name = 'New' || id",
        "UPDATE registrations_nqsw SET certificate_name = 'Known As' WHERE id % 2 = 0",
        "UPDATE registrations_registration SET given_middle_names = 'Mid' || id",
        "UPDATE registrations_registration SET team = 'North'",
        "UPDATE registrations_registration SET given_last_name = 'Nobody' WHERE false",
        MANY_NEW,
    ],
)
def test_many_names_are_kept_up_in_one_statement(named, statement):
    for number in range(3):
        named("Ann", f"Ash{number}")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM registrations_personnames WHERE words <> words_of_person(nqsw_id)")
        assert cursor.fetchone() == (0,)
    assert PersonNames.objects.count() == NQSW.objects.count()


def test_the_names_follow_the_person_and_not_the_app(cast, named):
    """What the triggers write is what the function says of every person."""
    named("Ann", "Smith")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registrations_personnames WHERE words <> words_of_person(nqsw_id)")
        assert cursor.fetchone() == (0,)
    assert PersonNames.objects.count() == NQSW.objects.count()


def test_a_name_is_never_in_an_address(client, cast, named):
    named("Ann", "Smith")
    client.force_login(cast.amira)
    shown = client.post(LIST, {"name": "Smith"}, follow=True)
    assert "smith" not in shown.request["QUERY_STRING"].lower()
    assert reverse("registrations") == LIST
