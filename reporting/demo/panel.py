"""Moderation rounds in the demo: opened by the co-ordinator, read by moderators, confirmed by the senior lead."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from assessments.models import Outcome
from assessments.services import appeals, certificates
from assessments.states import Result
from asye.clock import london_date
from moderation.models import Allocation, PopulationItem, Round
from moderation.services import allocation, confirming, feedback, reading, rounds
from moderation.states import Answer, Conclusion, Judgement, Stage
from reporting.demo.stories import FIRST_ROUND, SECOND_ROUND
from reporting.demo.timeline import Timeline
from reporting.demo.world import World

FINISHED_EARLY = ("northshire", "southmouth", "eastvale", "calder", "harbour", "opendoor")
FINISHING_NOW = ("northshire", "southmouth", "eastvale")
REASONS = "Three observations in different settings and two reviews point the same way; the analysis is their own."
AGAINST = "Analysis of risk is not yet reliable without support. The support plan was fair and was reviewed in time."


def plan(world: World, timeline: Timeline) -> None:
    """A finished round at six employers, and one still being read at three."""
    for key in FINISHED_EARLY:
        _at(timeline, FIRST_ROUND, partial(_open, world, timeline, key, True))
    for key in FINISHING_NOW:
        _at(timeline, SECOND_ROUND, partial(_open, world, timeline, key, False))


def _at(timeline: Timeline, days_ago: int, act: partial[None]) -> None:
    timeline.plan(timeline.today - timedelta(days=days_ago), lambda now: act(now=now))


def _open(world: World, timeline: Timeline, key: str, finish: bool, *, now: datetime) -> None:
    seed = f"{timeline.random.getrandbits(128):032x}"
    by = world.coordinator(key)
    round_ = rounds.open_round(world.employers[key], by=by, now=now, seed=seed)
    allocation.share_out(round_, by=by, now=now)
    today = london_date(now)
    readings = list(Allocation.objects.filter(item__population__round=round_).order_by("id"))
    for number, given in enumerate(readings):
        timeline.plan(today + timedelta(days=2), partial(_first_step, given))
        if finish or number:
            timeline.plan(today + timedelta(days=5), partial(_second_step, given))
    if finish:
        timeline.plan(today + timedelta(days=8), partial(_confirm_all, world, timeline, key, round_))


def _first_step(given: Allocation, now: datetime) -> None:
    fails = given.item.population.recommends == Conclusion.FAIL
    judgement, reasons = (Judgement.FAIL, AGAINST) if fails else (Judgement.PASS, REASONS)
    read = reading.save_step(
        given, Stage.OPEN, judgement, reasons, by=given.moderator, now=now, seen_version=given.reading.version
    )
    reading.seal_step_one(given, by=given.moderator, now=now, seen_version=read.version)


def _second_step(given: Allocation, now: datetime) -> None:
    given.reading.refresh_from_db()
    read = reading.save_step(
        given, Stage.SEALED, Answer.AGREES, "", by=given.moderator, now=now, seen_version=given.reading.version
    )
    reading.complete(given, by=given.moderator, now=now, seen_version=read.version)


def _confirm_all(world: World, timeline: Timeline, key: str, round_: Round, now: datetime) -> None:
    lead: User = world.senior_lead(key)
    for item in PopulationItem.objects.filter(round=round_).order_by("id"):
        fails = item.recommends == Conclusion.FAIL
        outcome = confirming.confirm_outcome(
            item.registration,
            Result.FAIL if fails else Result.PASS,
            notice_on=london_date(now) if fails else None,
            by=lead,
            now=now,
        )
        if fails and key == "northshire":
            timeline.plan(london_date(now) + timedelta(days=14), partial(_appeal, outcome))
    rounds.close(round_, by=world.coordinator(key), now=now)
    sampled = round_.population.filter(sampled__isnull=False).first()
    if sampled is not None:
        words = "Clear, well evidenced and easy to follow. Thank you."
        feedback.send(sampled.sampled, words, by=world.coordinator(key), now=now)
    timeline.plan(london_date(now) + timedelta(days=1), _certificates)


def _appeal(outcome: Outcome, now: datetime) -> None:
    by = outcome.registration.nqsw.user
    if by is not None:
        appeals.open_(outcome, grounds="Two of the meetings in my support plan were cancelled.", by=by, now=now)


def _certificates(now: datetime) -> None:
    """What the worker does; without the libraries that draw them they wait, as they would for real."""
    try:
        certificates.render_pending(now=now)
    except certificates.CannotDraw:
        return
