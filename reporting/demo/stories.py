"""What happens to whom: about sixty years, each told by a few calls."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from assessments.states.concerns import ConcernResult, SupportOutcome
from registrations.simulator import Person, people
from registrations.states import DeferralReason
from reporting.demo import support
from reporting.demo.cast import EMPLOYERS
from reporting.demo.nqsw import Year
from reporting.demo.timeline import Timeline
from reporting.demo.world import World

Story = Callable[[Year], None]
FIRST_ROUND = 52  # days ago: the first moderation round of each employer
SECOND_ROUND = 7


def begun(year: Year) -> None:
    """Registered, approved, agreement signed."""
    year.register()
    year.approve()
    year.agreement()


def started(year: Year) -> None:
    """On the programme, up to date so far."""
    begun(year)
    year.observation(60, 1)
    year.review("review_3", -2)
    year.observation(150, 2)
    year.review("review_6", -3)
    year.observation(270, 3)


def in_full(story: Story) -> Story:
    """The same year with everything else that is due in it."""

    def told(year: Year) -> None:
        story(year)
        year.everything()

    return told


def supervised(year: Year) -> None:
    """In full, with a note of every supervision."""
    in_full(started)(year)
    year.supervision()


def late(year: Year) -> None:
    """The NQSW has written their part of the first review; the assessor has not."""
    begun(year)
    year.half_review("review_3", -8)


def noticed(year: Year) -> None:
    """On the programme; something was noticed last week, and support is still to be agreed."""
    started(year)
    support.raised(year, 91, "managing_work", support.WORK)


def supported(year: Year) -> None:
    """On the programme, with support that is looked at in a fortnight."""
    started(year)
    support.raised(year, 238, "recording", support.RECORDING)
    support.promised(year, 242, support.FRIDAYS, lasting=35)


def helped(year: Year) -> None:
    """On the programme; the support was looked at and has helped, and the concern can be closed."""
    started(year)
    support.raised(year, 150, "recording", support.RECORDING)
    support.promised(year, 154, support.FRIDAYS, lasting=20)
    support.looked_at(year, 172, SupportOutcome.HELPED, support.HOLDS)


def whole_year(year: Year) -> None:
    """Everything up to and including the final review."""
    started(year)
    year.review("review_final", -12)


def finished(year: Year) -> None:
    """Recommended as a pass, with all the evidence a pass waits for; what follows is the round's and the lead's."""
    in_full(whole_year)(year)
    year.recommend(368)


def failing(year: Year) -> None:
    """Recommended as a fail, after support: raised at month four, and again before the last part of the year."""
    begun(year)
    support.raised(year, 125, "assessment", support.ANALYSIS)
    support.promised(year, 129, support.TOGETHER, lasting=40)
    support.looked_at(year, 166, SupportOutcome.PARTLY, support.STILL)
    support.promised(year, 192, support.TOGETHER, lasting=80)
    support.looked_at(year, 268, SupportOutcome.NOT_YET, support.STILL)
    support.closed(year, 340, ConcernResult.REMAINS, "What was found goes into the final review.")
    year.observation(60, 1)
    year.review("review_3", -2)
    year.observation(150, 2, failing=True)
    year.review("review_6", -3, failing=True)
    year.observation(270, 3, failing=True)
    year.review("review_final", -12, failing=True)
    year.recommend(368, failing=True)


def submitted(year: Year) -> None:
    """Waits for the caseworker, who has not looked yet."""
    year.register(2)


def checked(year: Year) -> None:
    """The register has been asked; the decision is open."""
    year.register(2)
    year.check(8)


def queried(year: Year) -> None:
    """The caseworker asked a question that has not been answered."""
    year.register(2)
    year.ask(8, "The start of employment is before the date on the contract you sent us. Which date is right?")


def corrected(year: Year) -> None:
    """A question was asked and answered; the caseworker looks again."""
    year.register(2)
    year.ask(8, "Is this a social work post in a children's service? The job title does not say.")
    year.answer(13, "Yes. The post is in our children in need team; the title is the one our HR system uses.")


def refused(year: Year) -> None:
    """Not the right programme."""
    year.register(2)
    year.refuse(9, "This post is in an adults' service. The ASYE with adults has its own programme.")


def withdrawn_early(year: Year) -> None:
    """Left before anything was paid."""
    year.register(2)
    year.withdraw(8, "Took up a post with another employer before starting here.")


def withdrawn(year: Year) -> None:
    """Left in the spring."""
    begun(year)
    year.observation(60, 1)
    year.review("review_3", -2)
    year.withdraw(140, "Moved to another part of the country for family reasons.")


def deferred(year: Year) -> None:
    """Away now."""
    begun(year)
    year.observation(60, 1)
    year.review("review_3", -2)
    year.defer(120, DeferralReason.PARENTAL)


def returned(year: Year) -> None:
    """Was away for six weeks and is back."""
    begun(year)
    year.review("review_3", -2)
    year.defer(110, DeferralReason.SICKNESS, back_after=42)
    year.review("review_6", 45)


# Employer, days since the year began, story. The order decides who in the register plays whom.
PLAN: tuple[tuple[str, int, Story], ...] = (
    *(("northshire", ago, finished) for ago in (446, 441, 438, 436)),
    ("northshire", 444, failing),
    *(("northshire", ago, finished) for ago in (382, 384)),
    ("northshire", 290, supervised),
    ("northshire", 262, in_full(supported)),
    ("northshire", 205, returned),
    ("northshire", 176, deferred),
    ("northshire", 140, late),
    ("northshire", 128, late),
    ("northshire", 96, in_full(noticed)),
    ("northshire", 66, in_full(started)),
    ("northshire", 18, checked),
    ("northshire", 12, submitted),
    ("northshire", 15, queried),
    ("northshire", 375, finished),  # recommended since the last round
    ("northshire", 5, submitted),  # has not taken up the invitation
    *(("southmouth", ago, finished) for ago in (447, 440)),
    ("southmouth", 445, failing),
    ("southmouth", 383, finished),
    ("southmouth", 300, started),
    ("southmouth", 210, helped),
    ("southmouth", 182, withdrawn),
    ("southmouth", 150, late),
    ("southmouth", 90, started),
    ("southmouth", 34, started),
    ("southmouth", 11, submitted),
    ("southmouth", 20, corrected),
    *(("eastvale", ago, finished) for ago in (443, 437)),
    ("eastvale", 385, finished),
    ("eastvale", 240, started),
    ("eastvale", 190, deferred),
    ("eastvale", 120, started),
    ("eastvale", 62, started),
    ("eastvale", 10, submitted),
    *(("calder", ago, finished) for ago in (442, 439)),
    ("calder", 310, started),
    ("calder", 220, started),
    ("calder", 135, late),
    ("calder", 75, started),
    ("calder", 30, refused),
    ("calder", 14, submitted),
    ("harbour", 441, finished),
    ("harbour", 228, started),
    ("harbour", 100, started),
    ("harbour", 25, withdrawn_early),
    ("brightpath", 230, started),
    ("brightpath", 110, started),
    ("brightpath", 40, begun),
    ("opendoor", 440, finished),
    ("opendoor", 215, returned),
    ("opendoor", 104, started),
    ("opendoor", 48, begun),
    ("wulfstan", 245, started),
    ("wulfstan", 85, started),
)


def cast_years(world: World, timeline: Timeline) -> Iterator[Year]:
    """Plans every story of PLAN with a person of the register who qualified in time, and gives each year."""
    free = [person for person in people() if person.is_plain]
    turns = {each.key: 0 for each in EMPLOYERS}
    assessors = {each.key: each.assessors for each in EMPLOYERS}
    for key, ago, story in PLAN:
        start = timeline.today - timedelta(days=ago)
        person = _fitting(free, start.toordinal())
        free.remove(person)
        assessor = assessors[key][turns[key] % len(assessors[key])]
        turns[key] += 1
        year = Year(world, timeline, person, key, assessor, start)
        story(year)
        yield year


def _fitting(free: list[Person], start: int) -> Person:
    """The first in the register who was registered before `start` (a day's ordinal) and not long before."""
    fits = [p for p in free if start - 3 * 365 < p.registered_from.toordinal() <= start]
    return (fits or [p for p in free if p.registered_from.toordinal() <= start])[0]
