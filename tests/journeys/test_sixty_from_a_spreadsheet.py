"""A co-ordinator registers 60 people from a spreadsheet without help: with JavaScript and without."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registrations.bulk import reader, writing
from registrations.bulk.columns import REASONS
from registrations.models import NQSW, BulkUpload, Registration
from tests.cast import PASSWORD, Cast
from tests.journeys.walking import look, main, picture, says

PEOPLE = 60
WAIT = 60_000
FILLED = {
    "Last name": "O’Neill-Łukasz",
    "Date qualified": "27/06/2026",
    "Registered from": "27/07/2026",
    "Highest qualification": "MA",
    "Route into social work": "Step Up to Social Work",
    "Employment started": "01/09/2026",
    "ASYE starts": "01/09/2026",
    "Job title": "Social worker",
    "Contract": "Permanent",
    "Working time (% of full time)": "100",
    "Assessor email address": "ben@northshire.example",
    "Assessor experienced and registered": "Yes",
    "Social work post": "Yes, it is a social work post",
    "Child and family service": "Yes",
    "Place of work in England": "Yes",
    "ASYE before": "No, this is the first",
}
NUMBER, EMAIL = "Social Work England number", "Email address"
# (place among the people, column): what was written there by mistake.
SLIPS = {
    (4, "ASYE starts"): "31/09/2026",
    (11, EMAIL): "person11.people.example",
    (17, "Assessor email address"): "ben@southmouth.example",
    (23, NUMBER): "sw 0820022",  # the number of the one before
    (41, "Contract"): "Zero hours",
}


def right(place: int, heading: str) -> str:
    """What belongs into a column of the person at that place."""
    if heading == "First name":
        return f"Zoë{place}"
    if heading == NUMBER:
        return f"SW{820_000 + place}"
    return f"person{place}@people.example" if heading == EMAIL else FILLED.get(heading, "")


def saved(header: tuple[str, ...], rows: list[list[str]], path: Path) -> Path:
    """The file as the spreadsheet program saves it."""
    table = [list(header), *rows]
    sheet = writing.Sheet("NQSWs", table, (), {})
    path.write_bytes(writing.as_csv(table) if path.suffix == ".csv" else writing.as_xlsx(sheet))
    return path


class Walker:
    """A person at a browser. Pages are held to the rules of every page where the browser can run them."""

    def __init__(self, page: Page, *, script: bool) -> None:
        self.page, self.script = page, script

    def judge(self, name: str = "") -> None:
        if self.script:
            picture(self.page, name) if name else look(self.page)

    def go_on(self, name: str, role: str = "button") -> None:
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=True).first.click()
        self.judge()

    def keep(self, name: str, role: str = "button") -> bytes:
        with self.page.expect_download() as begun:
            self.page.get_by_role(role, name=name, exact=True).click()
        return Path(begun.value.path()).read_bytes()

    def send(self, path: Path) -> None:
        """Sends a file and waits; the page comes to its end by itself."""
        self.page.get_by_label("Your file").set_input_files(path)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Send and check", exact=True).click()
        expect(self.page.get_by_role("heading", name="Something else")).to_be_visible(timeout=WAIT)
        self.judge()


@pytest.fixture(params=["with JavaScript", "without"])
def amira(request, stack, browser, browser_context_args, everybody: Cast):
    script = request.param == "with JavaScript"
    context = browser.new_context(**browser_context_args, base_url=stack.url, java_script_enabled=script)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(everybody.amira.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    walker = Walker(page, script=script)
    walker.go_on("Sign in")
    yield walker
    context.close()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_sixty_from_a_spreadsheet(amira: Walker, tmp_path: Path, ending: str):
    page = amira.page
    amira.go_on("Register an NQSW", "link")
    amira.go_on("Register many NQSWs from a file", "link")
    amira.judge("many-from-a-file")
    header = reader.read(amira.keep({"xlsx": "Excel workbook", "csv": "CSV file"}[ending], "link")).header
    rows = [[SLIPS.get((place, heading), right(place, heading)) for heading in header] for place in range(PEOPLE)]
    amira.send(saved(header, rows, tmp_path / f"people.{ending}"))
    says(page, "6 of 60 rows need correcting", "Register 54 NQSWs", "must be a real date", "stands in row 25 too")
    amira.judge("many-found")

    left = reader.read(amira.keep("Download the file to correct"))
    lines = list(left.rows)
    assert (left.ending, left.header[-1], len(lines)) == (ending, REASONS, PEOPLE)
    told = {place for place, line in enumerate(lines) if line.cells[-1]}
    assert told == {place for place, _ in SLIPS} | {22}
    again = [list(line.cells) for line in lines]
    for place in told:
        again[place] = [*(right(place, heading) for heading in left.header[:-1]), lines[place].cells[-1]]
    amira.go_on("Send in another file", "link")
    amira.send(saved(left.header, again, tmp_path / f"corrected.{ending}"))
    says(page, "Every row can be registered")
    amira.go_on("Register 60 NQSWs")
    says(page, "60 NQSWs sent in for registration")
    amira.judge("many-registered")
    page.goto("/registrations")
    expect(main(page)).to_contain_text("60 registrations")
    assert Registration.objects.count() == NQSW.objects.count() == PEOPLE
    assert sorted(upload.state.value for upload in BulkUpload.objects.all()) == ["checked", "registered"]
