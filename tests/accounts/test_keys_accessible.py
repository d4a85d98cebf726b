"""Pages of API keys, empty, with their errors and full, wide and narrow: WCAG 2.2 AA."""

from accounts.services import keys
from accounts.states import Scope
from tests.cast import NOW, TODAY, Cast
from tests.ground.browser import Look, look_wide_and_narrow

LAST_DAY = TODAY.replace(year=2027)


def test_making_listing_and_revoking(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.amira, "api_keys", cast.northshire.pk)
    looked_at(cast.adele, "api_key_new", cast.northshire.pk, press="Make the key")
    page = looked_at(cast.amira, "api_key_new", cast.northshire.pk)
    page.get_by_label("Name").fill("Payroll")
    page.get_by_label("Read your organisation's registrations").check()
    for part, value in (("Day", "14"), ("Month", "9"), ("Year", "2027")):
        page.get_by_label(part).fill(value)
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("heading", name="Copy your new API key now").wait_for()
    look_wide_and_narrow(page, "api-key-issued")
    key = cast.northshire.api_keys.get()
    looked_at(cast.amira, "api_keys", cast.northshire.pk)
    looked_at(cast.amira, "api_key_revoke", key.pk, press="Revoke this key")
    keys.issue(cast.northshire, "Again", [Scope.WRITE], holder=cast.amira, expires_on=LAST_DAY, by=cast.amira, now=NOW)
    looked_at(cast.adele, "api_keys", cast.northshire.pk)
