"""One invented NQSW's year: each method plans one thing that happens, through the service that does it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import Notice, User
from accounts.notices import Invited
from assessments.models import Record
from assessments.queries import schema_of
from assessments.schema import AGREEMENT, RECOMMENDATION, REVIEW
from assessments.services import records, signing
from assessments.states import Part
from asye.clock import london_date
from registrations import equality
from registrations.management.shipped import REVIEWS
from registrations.models import Registration
from registrations.rules import dates
from registrations.rules.agreement import Agreement
from registrations.rules.answers import Answers, Eligibility, Post, Previous
from registrations.services import changes, checking, joining, registering
from registrations.services import equality as equality_acts
from registrations.simulator import Person
from registrations.states import Contract, DeferralReason, Qualification, Route
from reporting.demo import words
from reporting.demo.cast import PASSWORD, email_of
from reporting.demo.timeline import Timeline
from reporting.demo.world import World

OBSERVATION = "direct_observation"
LINE_MANAGER = "Helen Marsh"
EVERYTHING = (  # days after the start, kind, review point, number
    (27, "self_assessment", "start", 1),
    (29, "development_plan", "start", 1),
    (47, "feedback_families", "", 1),
    (75, "written_report", "", 1),
    (82, "feedback_professionals", "", 1),
    (94, "development_plan", "review_3", 1),
    (131, "feedback_families", "", 2),
    (160, "written_report", "", 2),
    (166, "critical_reflection", "review_6", 1),
    (170, "self_assessment", "review_6", 1),
    (174, "feedback_professionals", "", 2),
    (186, "development_plan", "review_6", 1),
    (230, "feedback_families", "", 3),
    (251, "written_report", "", 3),
    (265, "feedback_professionals", "", 3),
    (332, "critical_reflection", "review_final", 1),
    (336, "self_assessment", "review_final", 1),
    (347, "development_plan", "review_final", 1),
)


@dataclass
class Year:
    """The year of one person at one employer, from `start`. `registration` is there once it has been submitted."""

    world: World
    timeline: Timeline
    person: Person
    employer: str
    assessor: str
    start: date
    registration: Registration = field(init=False)
    joined: User = field(init=False)
    begun: dict["Place", int] = field(default_factory=dict)  # the numbers of records

    @property
    def coordinator(self) -> User:
        """Who registers them."""
        return self.world.coordinator(self.employer)

    def after(self, days: int, act: Callable[[datetime], object]) -> None:
        """Plans something a number of days after the start."""
        self.timeline.plan(self.start + timedelta(days=days), act)

    def answers(self) -> Answers:
        """What the co-ordinator says about them."""
        dice = self.timeline.random
        return Answers(
            first_name=self.person.first_name,
            last_name=self.person.last_name,
            email=email_of(f"{self.person.first_name} {self.person.last_name}", self.employer),
            swe_number=self.person.number,
            swe_registered_from=self.person.registered_from,
            qualified_on=self.person.registered_from - timedelta(days=20),
            qualification=dice.choice(list(Qualification)),
            route=dice.choice([Route.UNDERGRADUATE, Route.POSTGRADUATE, Route.STEP_UP, Route.APPRENTICESHIP]),
            employment_start=self.start,
            asye_start=self.start,
            job_title=dice.choice(["Social worker", "Children's social worker", "Family support social worker"]),
            contract=Contract.PERMANENT,
            fte_percent=dice.choice([100, 100, 100, 80, 60]),
            assessor_id=self.world.people[self.assessor].pk,
            eligibility=Eligibility(
                assessor_experienced=True,
                post=Post.SOCIAL_WORK,
                child_and_family=True,
                in_england=True,
                previous=Previous.NONE,
            ),
        )

    # Registration

    def register(self, days: int = 5) -> None:
        """The co-ordinator registers them; the NQSW takes up the invitation and answers the equality questions."""
        self.after(days, self._register)
        self.after(days + 4, self._join)

    def _register(self, now: datetime) -> None:
        employer = self.world.employers[self.employer]
        self.registration = registering.register(employer, self.answers(), by=self.coordinator, now=now)

    def _join(self, now: datetime) -> None:
        letters = Notice.objects.filter(to_email=self.registration.nqsw.email, kind=Invited.kind)
        nqsw = joining.accept(letters.latest("id").secret_link.rsplit("/", 1)[-1], PASSWORD, now=now)
        self.joined = User.objects.get(nqsw=nqsw)
        self.world.people[nqsw.full_name] = self.joined
        said = {
            key: self.timeline.random.choice(list(choices))
            for key, choices in equality.QUESTIONS.items()
            if key in ("sex", "ethnic_group", "disability")
        }
        equality_acts.save(nqsw, said, by=self.joined, now=now)

    def check(self, days: int) -> None:
        """The caseworker looks into the register."""
        erin = self.world.people["Erin Maddox"]
        self.after(days, lambda now: checking.check_register_entry(self.fresh(), by=erin, now=now))

    def approve(self, days: int = 9) -> None:
        """The caseworker checks the register and approves."""
        erin = self.world.people["Erin Maddox"]
        self.check(days)
        self.after(days + 3, lambda now: checking.approve(self.fresh(), by=erin, now=now))

    def ask(self, days: int, question: str) -> None:
        """The caseworker asks a question."""
        erin = self.world.people["Erin Maddox"]
        self.after(days, lambda now: checking.ask(self.fresh(), question, by=erin, now=now))

    def answer(self, days: int, text: str) -> None:
        """The co-ordinator answers it."""
        self.after(days, lambda now: checking.answer(self.fresh(), text, by=self.coordinator, now=now))

    def refuse(self, days: int, because: str) -> None:
        """The caseworker refuses."""
        erin = self.world.people["Erin Maddox"]
        self.after(days, lambda now: checking.refuse(self.fresh(), because, by=erin, now=now))

    def fresh(self) -> Registration:
        """The registration as it is now."""
        return Registration.objects.get(pk=self.registration.pk)

    # The year

    def withdraw(self, days: int, because: str) -> None:
        """The co-ordinator withdraws them."""
        self.after(
            days, lambda now: changes.withdraw(self.fresh(), london_date(now), because, by=self.coordinator, now=now)
        )

    def defer(self, days: int, reason: DeferralReason, back_after: int | None = None) -> None:
        """A pause, and perhaps a return."""
        self.after(
            days,
            lambda now: changes.defer(
                self.fresh(),
                london_date(now),
                reason,
                agreed=Agreement(london_date(now), london_date(now), london_date(now), LINE_MANAGER),
                by=self.coordinator,
                now=now,
            ),
        )
        if back_after is not None:
            self.after(
                days + back_after,
                lambda now: changes.resume(self.fresh(), london_date(now), by=self.coordinator, now=now),
            )

    def agreement(self, days: int = 24) -> None:
        """Both write and sign the agreement."""
        self._record(days, AGREEMENT)

    def observation(self, days: int, ordinal: int, *, failing: bool = False) -> None:
        """One direct observation, written and signed."""
        self._record(days, OBSERVATION, ordinal=ordinal, failing=failing)

    def review(self, point: str, days: int, *, failing: bool = False) -> None:
        """A review, `days` after the day it was due on at the start, written and signed."""
        due = {key: day for key, _, day in review_dates_from(self)}[point]
        self._record((due - self.start).days + days, REVIEW, review_point=point, failing=failing)

    def half_review(self, point: str, days: int) -> None:
        """A review for which the NQSW has done their part and the assessor has not."""
        due = {key: day for key, _, day in review_dates_from(self)}[point]
        place = Place(REVIEW, point, 1)
        self.after((due - self.start).days + days, lambda now: self._part(place, Part.NQSW, False, now))

    def everything(self) -> None:
        """One of every other kind that is due by now, written and signed."""
        for days, kind, point, ordinal in EVERYTHING:
            self._record(days, kind, review_point=point, ordinal=ordinal)

    def supervision(self) -> None:
        """Every week at first, then every fortnight, then every month: written by the NQSW, signed by both."""
        days = [*range(21, 49, 7), *range(56, 183, 14), *range(210, 365, 30)]
        for ordinal, day in enumerate(days, start=1):
            self._supervised(day, Place("supervision", "", ordinal))

    def _supervised(self, day: int, place: "Place") -> None:
        self.after(day, lambda now: self._part(place, Part.NQSW, False, now))
        self.after(day + 3, lambda now: self._sign(place, Part.ASSESSOR, now))
        self.after(day + 4, lambda now: self._sign(place, Part.NQSW, now))

    def recommend(self, days: int, *, failing: bool = False) -> None:
        """The assessor recommends and signs."""
        place = Place(RECOMMENDATION, "", 1)
        self.after(days, lambda now: self._part(place, Part.ASSESSOR, failing, now))
        self.after(days + 3, lambda now: self._sign(place, Part.ASSESSOR, now))

    def _record(self, days: int, kind: str, *, review_point: str = "", ordinal: int = 1, failing: bool = False) -> None:
        place = Place(kind, review_point, ordinal)
        self.after(days, lambda now: self._part(place, Part.NQSW, failing, now))
        self.after(days + 1, lambda now: self._part(place, Part.ASSESSOR, failing, now))
        self.after(days + 4, lambda now: self._sign(place, Part.ASSESSOR, now))
        self.after(days + 6, lambda now: self._sign(place, Part.NQSW, now))

    def who(self, part: Part) -> User:
        """Who takes a part in the year's records."""
        return self.world.people[self.assessor] if part == Part.ASSESSOR else self.joined

    def _open(self, place: "Place", by: User, now: datetime) -> Record:
        if place in self.begun:
            return Record.objects.select_related("registration__nqsw", "current_revision").get(pk=self.begun[place])
        record = records.open_record(
            self.fresh(), place.kind, review_point=place.review_point, ordinal=place.ordinal, by=by, now=now
        )
        self.begun[place] = record.pk
        return record

    def _part(self, place: "Place", part: Part, failing: bool, now: datetime) -> None:
        by = self.who(part)
        record = self._open(place, by, now)
        current = record.current_revision
        so_far = current.content if current else {}
        content = words.answers(
            schema_of(record), part, london_date(now), self.timeline.random, failing=failing, so_far=so_far
        )
        records.submit(
            record, content=content, seen_draft=0, seen_revision=current.number if current else 0, by=by, now=now
        )

    def _sign(self, place: "Place", part: Part, now: datetime) -> None:
        by = self.who(part)
        record = self._open(place, by, now)
        if record.current_revision is None:
            raise LookupError("Nothing has been written to sign.")
        signing.sign(record, seen_revision=record.current_revision.number, by=by, now=now)


@dataclass(frozen=True)
class Place:
    """Which record of a year is meant."""

    kind: str
    review_point: str
    ordinal: int


def review_dates_from(year: Year) -> list[tuple[str, str, date]]:
    """When the reviews are due if nothing moves them."""
    return dates.review_dates(year.start, REVIEWS, [])
