"""Pages of programme years, empty, with their errors and full, wide and narrow: WCAG 2.2 AA."""

from registrations.forms.year_outcomes import FORMS
from registrations.models import ProgrammeYear
from registrations.services import years
from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.browser import Look, look_wide_and_narrow


def test_nothing_yet(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.adele, "programme_years")


def test_a_draft_and_its_small_forms(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    draft = years.draft_next(year, by=cast.adele, now=NOW)
    looked_at(cast.adele, "programme_years")
    looked_at(cast.adele, "programme_year", draft.pk)
    for step in FORMS:
        looked_at(cast.adele, "programme_year_change", draft.pk, step)
    for step in ("fail", "move"):
        looked_at(cast.adele, "programme_year_change", draft.pk, step, press="Save")
    page = looked_at(cast.adele, "programme_year_change", draft.pk, "reviews")
    page.get_by_label("In which months are reviews held before the final one?").fill("soon")
    page.get_by_role("button", name="Save").click()
    look_wide_and_narrow(page, "reviews-error")


def test_comparing_correcting_and_publishing(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    again = years.draft_correction(year, "Sixty days.", by=cast.adele, now=NOW)
    looked_at(cast.udo, "programme_year_compare", again.pk)
    years.edit_year(again, {"latest_days_after_start": 60}, by=cast.adele, now=NOW)
    page = looked_at(cast.udo, "programme_year_compare", again.pk)
    page.get_by_text("What is the same").first.click()
    look_wide_and_narrow(page, "compare-open")
    looked_at(cast.zora, "programme_year_publish", again.pk, press="Publish")
    make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    looked_at(cast.zora, "programme_year", year.pk)
