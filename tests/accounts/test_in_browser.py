"""The pages of this app in a real browser, wide and narrow: accessible, no wider than the screen, complete."""

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import Invitation, KeptText, Notice
from accounts.services import invitations, kept, people
from asye import clock
from tests.cast import PASSWORD, build

OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def cast(stack, hashed_password):
    return build(hashed_password)


@pytest.fixture
def open_page(stack, axe):
    """Opens an address and holds it to the rules of every page."""

    def go(page, path):
        page.goto(path if path.startswith("http") else stack.url + path)
        axe(page)
        assert not page.evaluate(OVERFLOWS), f"{path} is wider than the screen"
        return page

    return go


def sign_in(page, url, user):
    page.goto(f"{url}/sign-in")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


@pytest.fixture(params=[1280, 320])
def sized(request, browser, browser_context_args):
    context = browser.new_context(**{**browser_context_args, "viewport": {"width": request.param, "height": 900}})
    yield context.new_page()
    context.close()


def test_pages_of_strangers(sized, cast, open_page, stack):
    now = clock.now()
    _, token = invitations.invite("fay@p.example", "Fay", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=now)
    for path in ("/sign-in", "/password/reset", "/password/reset/sent", "/password/reset/done", "/account/closed"):
        open_page(sized, path)
    open_page(sized, "/password/reset/1/wrong")
    open_page(sized, "/join/nothing")
    open_page(sized, f"/join/{token}")
    sized.get_by_role("button", name="Accept").click()
    sized.get_by_role("link", name="Enter a new password").click()
    assert sized.evaluate("document.activeElement.id") == "password1"
    sized.get_by_label("New password", exact=True).fill("eleven green kettles hum")
    sized.get_by_role("button", name="Accept").click()
    sized.get_by_text("What happens next").wait_for()


def test_pages_of_a_coordinator(sized, cast, open_page, stack):
    now = clock.now()
    sent, _ = invitations.invite("fay@p.example", "F", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=now)
    row = kept.keep("/account", [("comments", "Long " * 40), ("version", "1")], by=cast.amira, now=now)
    sign_in(sized, stack.url, cast.amira)
    assert sized.url.endswith(f"/kept/{row.pk}")
    for path in (
        f"/kept/{row.pk}",
        "/kept/999",
        "/account",
        "/password/change",
        reverse("people_of", args=[cast.northshire.pk]),
        reverse("people_invite", args=[cast.northshire.pk]),
        reverse("invitation_sent", args=[sent.pk]),
        reverse("role_end", args=[cast.ben.memberships.get().pk]),
    ):
        open_page(sized, path)


def test_pages_of_an_administrator(sized, cast, open_page, stack):
    people.deactivate(cast.cal, because="Left", by=cast.adele, now=clock.now())
    invitations.invite("fay@p.example", "F", "F", roles.ANALYST, by=cast.adele, now=clock.now())
    sign_in(sized, stack.url, cast.adele)
    for path in (
        "/people",
        "/people/invite",
        "/people/employers",
        "/people/employers/new",
        reverse("person", args=[cast.ben.pk]),
        reverse("person", args=[cast.cal.pk]),
        reverse("person_role", args=[cast.ben.pk]),
        reverse("person_deactivate", args=[cast.ben.pk]),
        reverse("person_reactivate", args=[cast.cal.pk]),
        "/mail",
        reverse("mail_message", args=[Notice.objects.first().pk]),
    ):
        open_page(sized, path)


def test_a_form_that_came_too_late_is_sent_again(page, cast, open_page, stack):
    """The browser itself repeats the form to its address: 307 keeps method and fields."""
    sign_in(page, stack.url, cast.amira)
    open_page(page, reverse("people_invite", args=[cast.northshire.pk]))
    page.get_by_label("First name").fill("Fay")
    page.get_by_label("Last name").fill("O'Brien")
    page.get_by_label("Email address").fill("fay@p.example")
    page.get_by_label("Assessor").check()
    page.context.clear_cookies(name="csrf")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("heading", name="What you had typed").wait_for()
    assert page.get_by_text("O'Brien").is_visible()
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("We sent an invitation to fay@p.example").wait_for()
    assert Invitation.objects.filter(user__email="fay@p.example").count() == 1
    assert not KeptText.objects.exists()


def test_the_lock_out_page(page, cast, open_page, stack, axe):
    for _ in range(5):
        open_page(page, "/sign-in")
        page.get_by_label("Email address").fill("ben@northshire.example")
        page.get_by_label("Password", exact=True).fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        axe(page)
    assert page.get_by_text("Try again in 15 minutes").is_visible()
