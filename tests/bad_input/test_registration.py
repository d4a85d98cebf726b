"""The registration form: every question answered wrongly in every way, the number written in every form."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asye import clock
from asye.ui.forms import DateField
from registrations import wizard
from registrations.forms.steps import STEPS, Number, Qualified, Registered, Start
from registrations.models import Registration, RegistrationDraft
from registrations.services import drafts
from tests.bad_input.building import PEOPLE
from tests.bad_input.pages import boxes_of, form_of, written
from tests.bad_input.typed import NOT_OURS, bad, names_of
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
NUMBERS = {
    "SW12345": ["SW12345", "sw12345", "Sw 123 45", " SW12345 ", "SW-123-45", "SW.12345", "SW0012345", "sw 00 12345",
                "SW\u00a012345", "SW12345\r\n", "\u200bSW12345"],
    "must use the letters SW and the digits 0 to 9": ["SW１２３４５", "ＳＷ12345", "SW1234５", "ЅW12345", "SW١٢٣٤٥"],
    "has the letter O where there should be a zero": ["SW12O45", "sw12o45", "SWO12345", "SW1O", "SWO"],
    "must start with SW": ["12345", "012345", "S12345", "WS12345", "SX12345", "5W12345", "#SW12345"],
    "only digits after SW": ["SW12345A", "SW12,345", "SW12/345", "SWSW12345", "SW12345 SW12346", "SWl2345", "SW1e5"],
    "cannot be all zeros": ["SW0", "SW000", "SW 0 0 0 0 0 0 0"],
    "7 digits or fewer": ["SW12345678", "SW123456789012345", "SW" + "9" * 39],
    "Enter the digits": ["SW", "sw ", "S W", "SW-"],
    "Enter their Social Work England number": ["", "   ", "---", "."],
    "hidden control characters": ["SW12\x00345", "SW\x0712345", "SW\u202e54321"],
}  # fmt: skip


@pytest.mark.parametrize("said", NUMBERS)
def test_a_number_in_every_form(said: str) -> None:
    found = []
    for typed in NUMBERS[said]:
        form = Number({"swe_number": typed})
        form.is_valid()
        got = form.cleaned_data.get("swe_number") or " ".join(form.errors.get("swe_number", []))
        if (got != said) if said == "SW12345" else (said not in got or len(form.errors["swe_number"]) != 1):
            found.append(f"{typed!r}: {got}")
    assert found == []


def day(name: str, typed: str) -> dict[str, str]:
    return {f"{name}_{part}": text for part, text in zip(("day", "month", "year"), typed.split(), strict=True)}


@pytest.mark.parametrize(
    ("form", "typed", "before", "said"),
    [
        (Qualified, "15 9 2026", {}, "The date they qualified must be today or in the past"),
        (Qualified, "31 12 1949", {}, "The date they qualified must be 1 January 1950 or later"),
        (Registered, "15 9 2026", {}, "The date they were registered from must be today or in the past"),
        (Registered, "1 6 2026", {"qualified_on": TODAY}, "on or after the date they qualified, 14 September 2026"),
        (Start, "13 9 2026", {"employment_start": TODAY}, "on or after the date their employment started, 14 "),
        (Start, "13 9 2026", {"swe_registered_from": TODAY}, "on or after the date they were registered with "),
        (Start, "13 9 2026", {"qualified_on": TODAY}, "on or after the date they qualified, 14 September 2026"),
        (Start, "15 3 2027", {}, "The date their ASYE starts must be 14 March 2027 or earlier"),
    ],
)  # fmt: skip
def test_dates_in_the_wrong_order_are_said_at_the_later_one(form, typed, before, said) -> None:
    name = next(iter(form.base_fields))
    built = form(day(name, typed), others=before, on=TODAY)
    assert list(built.errors) == [name]
    assert said in " ".join(built.errors[name])


@pytest.fixture
def draft(cast: Cast, year: object) -> RegistrationDraft:
    """A draft in which all nineteen questions are asked and answered."""
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    answered = wizard.raw_answers(registration, TODAY)
    begun = drafts.start(cast.northshire, by=cast.amira, now=NOW)
    begun.data = {
        **answered,
        "contract": {"contract": "agency"},
        "duties": {"duties_agreed": "yes"},
        "post": {"post": "evidences", "post_note": "Supervised by a social worker"},
        "route": {"route": "other", "route_other": "Another route"},
    }
    begun.save(update_fields=["data"])
    assert [page.step.key for page in wizard.walk(begun, TODAY).pages if page.done] == [step.key for step in STEPS]
    return begun


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_bad_answer_is_said_on_its_page_and_nothing_is_kept(client, cast: Cast, draft, step) -> None:
    client.force_login(cast.amira)
    url = reverse("registration_draft_step", args=[draft.pk, step.key])
    found = []
    with clock.moved_to(NOW):
        for name, asked in step.form(assessors=PEOPLE).fields.items():
            every = list(bad(name, asked))
            for sent in every[::2] if isinstance(asked, DateField) else every:
                text = "".join(str(value) for value in sent.values.values())
                if (sent.empty and not asked.required) or len(text) > 1_000 or "\ud800" in text:
                    continue  # not an error; or told by the form's own test, and no browser sends it
                rest = {key: value for key, value in draft.data[step.key].items() if key not in names_of(name, asked)}
                with CaptureQueriesContext(connection) as captured:
                    answer = client.post(url, {**rest, **sent.values, "version": draft.version})
                wrong = [*written(captured), *page_faults(answer, name, sent.values)]
                found += [f"{name}, {sent.what}: {one}" for one in wrong]
    assert found == []
    draft.refresh_from_db()
    assert draft.version == 1


def page_faults(answer, name: str, typed: dict[str, object]) -> list[str]:
    """What is missing from a page with one error: its title, the link to the field, what was typed."""
    if answer.status_code != 200:
        return [str(answer.status_code)]
    text = answer.content.decode()
    found = []
    if "<title>Error: " not in text:
        found.append("no Error: in the title")
    if list(answer.context["form"].errors) != [name] or f'<a href="#{name}' not in text:
        found.append(f"errors {dict(answer.context['form'].errors)}")
    if said := NOT_OURS.search(text):
        found.append(f"says {said[0]}")
    shown = {box.name: box.value for box in boxes_of(form_of(answer)) if box.kind in ("text", "email")}
    clean = {key: value for key, value in typed.items() if isinstance(value, str) and value.isprintable()}
    lost = {key: shown[key] for key, value in clean.items() if key in shown and shown[key] != value}
    return [*found, f"lost {lost}"] if lost else found


@pytest.mark.parametrize("left_over", ["\x00", "x" * 5_000, "\u202e"])
def test_what_stands_beneath_another_choice_is_not_kept(client, cast: Cast, draft, left_over: str) -> None:
    client.force_login(cast.amira)
    url = reverse("registration_draft_step", args=[draft.pk, "route"])
    with clock.moved_to(NOW):
        posted = {"route": "undergraduate", "route_other": left_over, "version": draft.version}
        assert client.post(url, posted).status_code == 302
    draft.refresh_from_db()
    assert draft.data["route"] == {"route": "undergraduate"}


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "１", "9" * 40, "\x00"])
def test_an_altered_version_is_a_page_out_of_date(client, cast: Cast, draft, version: str) -> None:
    client.force_login(cast.amira)
    with clock.moved_to(NOW):
        for name, typed in (("step", {"job_title": "Another"}), ("check", {})):
            args = [draft.pk, "job-title"] if name == "step" else [draft.pk]
            url = reverse(f"registration_draft_{name}", args=args)
            assert client.post(url, {**typed, "version": version}).status_code == 409
    draft.refresh_from_db()
    assert (draft.version, draft.registration_id) == (1, None)
    assert Registration.objects.count() == 1


def test_people_of_another_employer_are_no_assessors(client, cast: Cast, draft) -> None:
    client.force_login(cast.amira)
    url = reverse("registration_draft_step", args=[draft.pk, "assessor"])
    with clock.moved_to(NOW):
        for other in (cast.cal, cast.cora, cast.dev, cast.erin, cast.noor, cast.amira):
            answer = client.post(url, {"assessor": other.pk, "version": draft.version})
            assert page_faults(answer, "assessor", {}) == []
            assert list(answer.context["form"].errors["assessor"]) == ["Select their assessor from the list"]
