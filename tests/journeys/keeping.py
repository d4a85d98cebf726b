"""Keeping any record of the year in the browser, from its schema: whatever the form asks is found by its label."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from assessments import schema as schemas
from assessments.schema import Field, Schema
from assessments.standards import name_of
from assessments.states import Part
from registrations.models import Registration
from tests.ground.browser import Window, go_on, look, look_wide_and_narrow
from tests.ground.stack import Stack
from tests.journeys.walking import answer, says

WORDS = ("text", "long_text")
Given = Mapping[str, Any]  # by key, as the form shows it; a date as a date


@dataclass
class Kept:
    """A record: its kind, the point or number in its address, its own number once it was begun, and what was typed."""

    kind: str
    point: str
    standard_set: str
    pk: int = 0
    typed: list[str] = field(default_factory=list)

    @property
    def schema(self) -> Schema:
        """The form it is written on."""
        has_points = schemas.newest(self.kind).review_points
        return schemas.newest(self.kind, self.standard_set, self.point if has_points else "")

    @property
    def title(self) -> str:
        """What it is called."""
        return self.schema.title_of(self.point, int(self.point) if self.point.isdecimal() else 1)

    def asked(self, part: Part, *, first: bool) -> list[Field]:
        """What this part answers: the first to write answers what both are asked, too."""
        return [one for one in self.schema.written_by(part) if first or one.writer == part]


@dataclass
class Year:
    """One NQSW's year in the running service. `day` is where its clock stands."""

    stack: Stack
    window_of: Window
    registration: Registration
    people: Mapping[Part, User]
    day: date = date.min
    signed_in: dict[int, date] = field(default_factory=dict)
    looked_at: set[tuple[str, str]] = field(default_factory=set)

    def on(self, instant: datetime) -> None:
        """Moves the clock, to an aware instant. Who was signed in has been idle for too long by then."""
        self.stack.set_clock(instant)
        self.day = instant.date()

    def visit(self, person: User | Part, address: str) -> Page:
        """That person's browser, signed in on this day, on an address of the service."""
        user = self.people[person] if isinstance(person, Part) else person
        page = self.window_of(user, self.stack.url)
        if self.signed_in.get(user.pk) != self.day:
            client = Client()
            client.force_login(user)
            cookies = [
                {"name": name, "value": one.value, "url": self.stack.url} for name, one in client.cookies.items()
            ]
            page.context.add_cookies(cookies)  # type: ignore[arg-type]
            self.signed_in[user.pk] = self.day
        page.goto(address)
        return page

    def records(self, person: User | Part) -> Page:
        """The list of the year's records, as this person is shown it."""
        return self.visit(person, f"/registrations/{self.registration.pk}/records")

    def record(self, kind: str, point: str = "1") -> Kept:
        """A record of this year that nobody has begun."""
        return Kept(kind, point, self.registration.programme_year.standard_set)

    def before(self, part: Part, record: Kept) -> Page:
        """The page that says what the record is for, from which it is begun."""
        return self.visit(part, f"/registrations/{self.registration.pk}/records/new/{record.kind}/{record.point}")

    def begin(self, part: Part, record: Kept) -> Page:
        """Opens its form for the first time."""
        page = self.before(part, record)
        self._look(page, "new", record if part == Part.ASSESSOR else None)
        go_on(page, "Start")
        record.pk = int(page.url.split("/")[-2])
        self._look(page, "form", record, on_both_screens=True)
        return page

    def write(self, page: Page, fields: list[Field], record: Kept, given: Given) -> Page:
        """Answers these questions of the form on the page, and finishes."""
        for one in fields:
            record.typed += fill(page, one, given, words=f"{record.title}: {one.noun}.", on=self.day)
        return go_on(page, "Finish my part")

    def sign(self, part: Part, record: Kept) -> Page:
        """Reads what everybody has written and signs it."""
        page = self.visit(part, f"/records/{record.pk}/sign")
        self._look(page, "sign")
        says(page, *record.typed)
        page.get_by_label("I have read this version and agree with it").check()
        return go_on(page, "Sign")

    def keep(self, *records: Kept, first: Part = Part.NQSW, begins: Given | None = None, **given: Given) -> None:
        """Each is begun and written by the first, written and signed by the second, and signed by the first.

        `begins` are the words that a question begins with, by its label; `given` answers by kind and key. Every other
        question that must be answered is, in words of its own.
        """
        second = Part.ASSESSOR if first == Part.NQSW else Part.NQSW
        for record in records:
            page = self.begin(first, record)
            begins = _found(page, begins or {})
            self.write(page, record.asked(first, first=True), record, given.get(record.kind, {}))
        assert not begins, f"No form begins with {begins}"
        for record in records:
            if fields := record.asked(second, first=False):
                page = self.visit(second, f"/records/{record.pk}/edit")
                self._look(page, second, record)
                says(self.write(page, fields, record, given.get(record.kind, {})), "Ready to sign")
            self.sign(second, record)
        for record in records:
            says(self.sign(first, record), "Agreed")

    def link(self, part: Part, record: Kept, *standards: str) -> None:
        """Links a record to standards, each with its reason."""
        page = self.visit(part, f"/records/{record.pk}/standards")
        for code in standards:
            answer(page, "Which standard does this record show?", name_of(code))
            answer(page, "Why, in one sentence?", f"{record.title} shows it where the plan is made.")
            go_on(page, "Link to this standard")
        says(page, *map(name_of, standards))

    def _look(self, page: Page, what: str, record: Kept | None = None, *, on_both_screens: bool = False) -> None:
        """Holds the first page of its shape to the rules of every page."""
        shape = (what, record.kind if record else "")
        if shape not in self.looked_at:
            self.looked_at.add(shape)
            look_wide_and_narrow(page, "-".join(shape)) if on_both_screens else look(page)


def _found(page: Page, begins: Given) -> Given:
    """Those of the beginnings that this form does not show."""
    boxes = {label: page.get_by_label(label, exact=True) for label in begins}
    return {
        label: words
        for label, words in begins.items()
        if not (boxes[label].count() and words in boxes[label].input_value())
    }


def fill(page: Page, one: Field, given: Given, *, words: str, on: date) -> list[str]:
    """Answers one question by its label: as it is given; else, if it must be answered and is not yet, with `words`, the
    day `on` or the first of the choices. Gives back what was typed."""
    if one.key not in given and not one.required:
        return []
    label = one.label if one.required else f"{one.label} (optional)"
    if one.type in WORDS:
        box = page.get_by_label(label, exact=True)
        typed = given.get(one.key) or ("" if box.input_value() else words)
        if typed:
            box.fill(typed)
        return [typed] if typed else []
    choice = one.choices[0][1] if one.type == "choice" else ""
    common: dict[str, Any] = {"yes_no": "Yes", "number": 60, "date": on, "choice": choice}
    answer(page, label, given.get(one.key) or common[one.type])
    return []
