"""Words for the co-ordinator's pages: rounds and sampled records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from assessments.queries import Foresight, foresight
from asye.clock import london_date
from asye.dates import long_date, long_datetime
from asye.ui.links import link
from asye.ui.templatetags import components
from moderation import rules, sampling
from moderation.agreement import LEAST_PAIRS, Agreement
from moderation.models import Allocation, PopulationItem, Reading, Resolution, Round, SampleItem
from moderation.presenters.readings import reading_rows
from moderation.states import Conclusion, Stage

HIDDEN = "Hidden until you have sealed your own reading"


def stages_of(item: SampleItem) -> list[Stage]:
    """The stages of the live readings of an item whose allocations were prefetched."""
    return [_stage(one) for one in item.allocations.all() if one.withdrawn_at is None]


def _stage(allocation: Allocation) -> Stage:
    reading = allocation.reading
    reading.allocation = allocation
    return reading.stage


@dataclass(frozen=True)
class Status:
    """How a sampled record stands, for a tag."""

    text: str
    colour: str


def status_of(item: SampleItem, readers: int, awaiting: bool) -> Status:
    """How a sampled record stands. `awaiting` says that its outcome still hangs on what was frozen."""
    resolution = getattr(item, "resolution", None)
    if resolution is not None:
        return Status("Resolved", "green")
    if not awaiting:
        return Status("No longer waiting", "grey")
    stages = stages_of(item)
    if rules.is_read(stages, readers):
        return Status("Needs a resolution", "red")
    if len(stages) < readers:
        return Status("Needs a reader", "orange")
    return Status("Being read", "yellow")


def item_row(
    item: SampleItem, round_: Round, awaiting: set[int], conflicts: set[tuple[int, int]], *, blind: bool
) -> list[Any]:
    """One sampled record in the table of its round; `blind` where the person must not know the recommendation yet."""
    status = status_of(item, round_.readers, item.pk in awaiting)
    registration = item.population.registration
    why = HIDDEN if blind else ", ".join(item.reasons_in_words())
    live = [one for one in item.allocations.all() if one.withdrawn_at is None]
    readers = [f"{one.moderator}: {_progress(one, (item.pk, one.moderator_id) in conflicts)}" for one in live]
    return [
        link(reverse("moderation_item", args=[item.pk]), registration, registration.nqsw.full_name),
        registration.nqsw.full_name,
        why,
        str(item.population.assessor),
        "\n".join(readers) or "Nobody yet",
        components.tag(status.text, status.colour),
    ]  # fmt: skip


def _progress(allocation: Allocation, conflicted: bool) -> str:
    return "has a conflict now" if conflicted else str(_stage(allocation).label).lower()


def round_rows(round_: Round) -> list[tuple[str, str]]:
    """The facts of a round."""
    rows = [
        ("Employer", str(round_.employer)),
        ("Programme year", str(round_.programme_year)),
        ("Opened", f"{long_datetime(round_.opened_at)} by {round_.opened_by}"),
        ("Rule", f"Every fail, {round_.sample_percent}% of the passes, and a pass of every assessor each year"),
        ("Readers of each record", str(round_.readers)),
        ("Panel", f"At least {round_.programme_year.panel_members} members"),
        ("External moderation", round_.programme_year.get_external_moderation_display()),
        ("Population hash", round_.population_hash),
        ("Seed", round_.seed),
    ]
    if round_.closed_at is not None:
        rows.append(("Closed", f"{long_datetime(round_.closed_at)} by {round_.closed_by}"))
    return rows


def population_rows(population: Iterable[PopulationItem], round_: Round) -> list[list[str]]:
    """What anyone needs to draw the sample again, in the order of the lots."""
    ordered = sorted(population, key=lambda one: sampling.lot(round_.seed, one.final_revision_id))
    return [
        [
            str(one.final_revision_id),
            one.get_recommends_display(),
            str(one.assessor),
            one.final_revision.sha256,
            sampling.lot(round_.seed, one.final_revision_id),
        ]
        for one in ordered
    ]


def resolution_rows(resolution: Resolution) -> list[tuple[str, str]]:
    """What moderation concluded."""
    chair = [("Panel chaired by", resolution.chaired_by)] if resolution.chaired_by else []
    return [
        ("Resolved", f"{resolution.get_how_display()}, by {resolution.decided_by}"),
        *chair,
        ("On", long_date(resolution.decided_at)),
        ("Conclusion", resolution.get_conclusion_display()),
        ("Reasons", resolution.reasons or "None needed"),
    ]


def foresight_of(item: PopulationItem, today: date) -> Foresight:
    """What the concerns of the year say about what was recommended."""
    return foresight(item.registration, today, recommended_on=london_date(item.final_revision.created_at))


def unforeseen(item: PopulationItem, today: date) -> str:
    """Why a recommendation to fail comes as a surprise, for whoever settles or confirms it; "" for everything else."""
    return foresight_of(item, today).flag if item.recommends == Conclusion.FAIL else ""


def concern_rows(item: PopulationItem, today: date) -> list[tuple[str, str]]:
    """All that a moderator is told of concerns: that one was recorded, and when. Not a word of it."""
    first = foresight_of(item, today).first_raised
    return [("Concern recorded", f"First on {long_date(first)}" if first else "None")]


def item_rows(item: SampleItem, *, blind: bool) -> list[tuple[str, str]]:
    """The facts of one sampled record; to a reader who has not sealed yet, nothing that gives the result away."""
    population = item.population
    return [
        ("NQSW", population.registration.nqsw.full_name),
        ("Reference", str(population.registration)),
        ("Assessor", str(population.assessor)),
        ("Why it was drawn", HIDDEN if blind else ", ".join(item.reasons_in_words())),
        ("Recommendation", HIDDEN if blind else population.get_recommends_display()),
    ]


@dataclass(frozen=True)
class ReadingCard:
    """One reader's card on the page of a record."""

    allocation: Allocation
    reader: str
    status: Status
    rows: list[tuple[str, str]]
    conflicted: bool
    may_withdraw: bool


STAGE_COLOURS = {Stage.OPEN: "yellow", Stage.SEALED: "yellow", Stage.COMPLETED: "green", Stage.WITHDRAWN: "grey"}


def reading_card(reading: Reading, *, shown: bool, conflicted: bool, may_withdraw: bool) -> ReadingCard:
    """A reading as the co-ordinator sees it: its words only where they may be `shown`."""
    stage = reading.stage
    return ReadingCard(
        allocation=reading.allocation,
        reader=str(reading.allocation.moderator),
        status=Status(str(stage.label), STAGE_COLOURS[stage]),
        rows=reading_rows(reading) if shown else [],
        conflicted=conflicted,
        may_withdraw=may_withdraw,
    )


def agreement_rows(figures: Agreement) -> list[tuple[str, str]]:
    """How far readers and assessors agree, with a 95% interval; empty where nothing was read."""
    if figures.share is None or figures.low is None or figures.high is None:
        return []
    return [
        ("Completed readings", str(figures.pairs)),
        ("Reader and assessor came to the same result", f"{figures.agreed} of {figures.pairs} ({figures.share:.0%})"),
        ("With so many readings that means", f"between {figures.low:.0%} and {figures.high:.0%}, at 95% confidence"),
    ]


def chance_rows(figures: Agreement) -> list[tuple[str, str]]:
    """The coefficients that allow for agreement by chance. They stay hidden below LEAST_PAIRS readings."""
    if figures.pairs < LEAST_PAIRS:
        return [("Coefficients", f"Shown from {LEAST_PAIRS} readings on")]
    return [
        ("Gwet’s AC1", _figure(figures.ac1)),
        ("Cohen’s kappa", _figure(figures.kappa)),
        ("Krippendorff’s alpha", _figure(figures.alpha)),
    ]


def _figure(value: float | None) -> str:
    return "Not defined, because only one result occurs" if value is None else f"{value:.2f}"
