"""The pages that belong to no app, drawn without a database."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from asye.http import refused, request_id
from asye.refusals import Refused, Stale
from asye.ui import theme, views


@pytest.fixture
def request_alone(rf: RequestFactory):
    token = request_id.set("ABCDEF123456")
    yield rf.get("/")
    request_id.reset(token)


@pytest.mark.parametrize(
    ("view", "exception", "status", "words"),
    [
        (views.bad_request, (ValueError("secret"),), 400, "There is a problem with what was sent"),
        (views.forbidden, (PermissionDenied("You left this employer."),), 403, "You left this employer."),
        (views.forbidden, (PermissionDenied(),), 403, "Your account does not have permission"),
        (views.not_found, (Http404("secret"),), 404, "Page not found"),
        (views.server_error, (), 500, "Sorry, there is a problem with the service"),
    ],
)
def test_error_pages_name_the_reference(request_alone, view, exception, status, words):
    response = view(request_alone, *exception)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "<strong>ABCDEF123456</strong>" in page
    assert "secret" not in page


@pytest.mark.parametrize(
    ("refusal", "words", "reload"),
    [
        (Refused("You are the assessor already"), "You are the assessor already.</p>", False),
        (Stale("This was changed. Look at it again."), "This was changed. Look at it again.</p>", True),
    ],
)
def test_a_refusal_is_a_sentence_and_only_a_stale_page_is_to_be_loaded_again(request_alone, refusal, words, reload):
    response = refused(request_alone, refusal)
    page = response.content.decode()
    assert response.status_code == 409
    assert words in page
    assert ("load the page again" in page) is reload


def test_what_was_written_is_not_lost_with_a_page_that_is_out_of_date(rf, request_alone):
    request_alone.POST = rf.post("/", {
        "question": "Which team do they work in,\nand since when?", "version": "12345678901234567890123",
        "first_name": "Anna Maria", "new_password": "seven green herons walk",
    }).POST  # fmt: skip
    page = refused(request_alone, Stale("Somebody else decided.")).content.decode()
    assert page.count("Which team do they work in,<br>and since when?") == 1
    assert not any(part in page for part in ("12345678901234567890123", "Anna Maria", "green herons"))


@pytest.mark.parametrize("view", [views.privacy, views.cookies, views.accessibility])
def test_statements_are_shown(request_alone, view, settings):
    page = view(request_alone).content.decode()
    assert "<h1" in page
    assert f"– {settings.SERVICE_NAME}</title>" in page


def test_the_colour_may_be_kept_and_its_address_follows_it(request_alone, settings):
    response = views.theme_css(request_alone)
    assert response.content.decode() == f":root{{--govuk-brand-colour:{settings.SERVICE_COLOUR}}}\n"
    assert "immutable" in response["Cache-Control"]
    before = theme.version()
    settings.SERVICE_COLOUR = "#5c1d4f"
    assert theme.version() != before


@pytest.mark.parametrize(
    ("colour", "faults"),
    [("#1d4f6e", []), ("#767676", []), ("#777777", ["ui.E002"]), ("#ffdd00", ["ui.E002"]), ("teal", ["ui.E001"])],
)
def test_a_colour_must_carry_white_words(settings, colour, faults):
    settings.SERVICE_COLOUR = colour
    assert [fault.id for fault in theme.check_colour()] == faults


def test_a_colour_cannot_carry_other_styles(settings):
    settings.SERVICE_COLOUR = "#1d4f6e}body{display:none"
    assert [fault.id for fault in theme.check_colour()] == ["ui.E001"]
