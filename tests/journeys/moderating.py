"""The steps from a recommendation to an outcome, in the browser: round, blind reading, confirmation."""

from datetime import date

from playwright.sync_api import Page

from tests.journeys.the_year import GROUNDS, SECRET, STRENGTHS
from tests.journeys.walking import answer, follow, go, picture, press, refused, says

JUDGEMENT = "From the evidence alone, has this NQSW met the standards for the year?"


def open_round(page: Page) -> None:
    """The co-ordinator opens a round of what waits, draws the sample and shares it out."""
    go(page, "/moderation")
    follow(page, "Open a round for", exact=False)
    says(page, "1 agreed recommendation")
    press(page, "Open the round and draw the sample")
    press(page, "Share out the readings")
    says(page, "1 drawn for reading")


def read(page: Page, judgement: str) -> None:
    """The moderator judges from the evidence alone, seals, and only then meets the recommendation."""
    follow(page, "Read a sampled record")
    says(page, "Step 1 of 2", STRENGTHS)
    _not_shown(page)
    refused(page, "Continue", "Select what you make of the evidence")
    _not_shown(page)
    answer(page, JUDGEMENT, judgement)
    answer(page, "Your reasons", "The final review and the observation point the same way.")
    press(page, "Continue")
    _not_shown(page)
    press(page, "Seal my judgement")
    says(page, "Step 2 of 2", SECRET)
    refused(page, "Continue", "Select whether you agree with the recommendation")
    answer(page, "Do you agree with the recommendation?", "I agree with the recommendation")
    press(page, "Continue")
    press(page, "Complete my reading")
    says(page, "Reading complete", "What happens next")


def _not_shown(page: Page) -> None:
    """No word of the recommendation, neither to be seen nor hidden in the page."""
    assert not any(words in page.content() for words in (SECRET, *GROUNDS.values()))


def confirm(page: Page, result: str, notice_on: date | None = None) -> None:
    """The senior lead reads recommendation and moderation and confirms the outcome; a fail has a day of notice."""
    follow(page, "Confirm an outcome")
    says(page, SECRET)
    refused(page, "Continue", "Select the outcome")
    answer(page, "What is the outcome?", result)
    if notice_on:
        answer(page, "When was the NQSW given notice of the fail?", notice_on)
    press(page, "Continue")
    picture(page, "confirmation-of-outcome")
    press(page, "Confirm the outcome")
    says(page, f"Outcome confirmed: {result.lower()}", "What happens next")
