"""What only a real browser shows of this app: focus, repeated forms, and pages on the way."""

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import Invitation, KeptText
from accounts.services import invitations
from asye import clock
from tests.cast import PASSWORD, build
from tests.ground.browser import go_on, look


@pytest.fixture
def cast(stack):
    return build()


@pytest.fixture
def open_page(stack):
    """Opens an address and holds it to the rules of every page."""

    def go(page, path):
        page.goto(stack.url + path)
        return look(page)

    return go


def sign_in(page, url, user):
    page.goto(f"{url}/sign-in")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    go_on(page, "Sign in")
    assert "sign-in" not in page.url


def test_an_invitation_is_taken_up_on_a_small_screen(narrow_page, cast, open_page):
    _, token = invitations.invite(
        "fay@p.example", "Fay", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=clock.now()
    )
    page = open_page(narrow_page, f"/join/{token}")
    look(go_on(page, "Accept"))
    page.get_by_role("link", name="Enter a new password").click()
    assert page.evaluate("document.activeElement.id") == "password1"
    page.get_by_label("New password", exact=True).fill("eleven green kettles hum")
    look(go_on(page, "Accept"))
    assert page.get_by_text("What happens next").is_visible()


def test_a_form_that_came_too_late_is_sent_again(page, cast, open_page, stack):
    """The browser itself repeats the form to its address: 307 keeps method and fields."""
    sign_in(page, stack.url, cast.amira)
    open_page(page, reverse("people_invite", args=[cast.northshire.pk]))
    page.get_by_label("First name").fill("Fay")
    page.get_by_label("Last name").fill("O'Brien")
    page.get_by_label("Email address").fill("fay@p.example")
    page.get_by_label("Assessor").check()
    page.context.clear_cookies(name="csrf")
    go_on(page, "Send the invitation")
    assert page.get_by_role("heading", name="What you had typed").is_visible()
    assert page.get_by_text("O'Brien").is_visible()
    go_on(page, "Send it now")
    assert page.get_by_text("We sent an invitation to fay@p.example").is_visible()
    assert Invitation.objects.filter(user__email="fay@p.example").count() == 1
    assert not KeptText.objects.exists()


def test_the_lock_out_page(page, cast, open_page):
    for _ in range(5):
        open_page(page, "/sign-in")
        page.get_by_label("Email address").fill("ben@northshire.example")
        page.get_by_label("Password", exact=True).fill("wrong")
        look(go_on(page, "Sign in"))
    assert page.get_by_text("Try again in 15 minutes").is_visible()
