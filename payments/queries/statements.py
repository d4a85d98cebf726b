"""What an employer was paid, is owed and waits for, by financial year."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet, Sum

from accounts.models import Employer
from payments.models import GrantYear, Line, Recovery
from payments.queries.ledger import paid_to
from payments.queries.owed import Owed, owed
from payments.queries.recoveries import of_employer
from payments.rules.recoveries import ENDED, remaining, stage_of
from payments.states import OF_A_RECOVERY, LineKind, LineStage
from registrations.states import Milestone


@dataclass(frozen=True)
class Total:
    """How many payments of one milestone stand alike, and what they come to in pence. Names nobody."""

    milestone: Milestone
    state: str
    count: int
    sum_pence: int


@dataclass(frozen=True)
class Statement:
    """One employer's money of one grant year, in pence. `paid_pence` is the ledger's sum, not the lines'.

    A large employer has thousands of `lines`, so they are read a page at a time, and `of_lines` by the database.
    """

    employer: Employer
    year: GrantYear
    lines: QuerySet[Line]  # each with `stage` and `paid_on`
    of_lines: list[tuple[LineStage, Total]]
    owed: list[Owed]
    paid_pence: int
    recoveries: list[Recovery]  # each `with_stage`

    @property
    def to_pay_back_pence(self) -> int:
        """Asked back by decision and not come back yet, on whichever way."""
        open_ones = (one for one in self.recoveries if stage_of(one) not in ENDED)
        return sum(remaining(one) for one in open_ones)

    @property
    def on_its_way_pence(self) -> int:
        """In a batch or sent to the payer."""
        return sum(total.sum_pence for stage, total in self.of_lines if stage in (LineStage.IN_BATCH, LineStage.SENT))

    @property
    def owed_pence(self) -> int:
        """Due, able to be paid, and in no batch yet."""
        return sum(one.amount_pence for one in self.owed if not one.blocked)

    @property
    def blocked_pence(self) -> int:
        """Due, but something has to be done first."""
        return sum(one.amount_pence for one in self.owed if one.blocked)

    def totals(self) -> list[Total]:
        """The same payments by milestone and by where they stand, for those who see no names."""
        groups: dict[tuple[Milestone, str], list[int]] = {}
        for one in self.owed:
            state = one.blocked_label or "Owed, in the next batch"
            groups.setdefault((one.milestone, state), []).append(one.amount_pence)
        return [total for _, total in self.of_lines] + [
            Total(milestone, state, len(group), sum(group)) for (milestone, state), group in groups.items()
        ]


def label_of(kind: str, stage: LineStage) -> str:
    """Where a line of a LineKind stands, in words: of a recovery, whether it has been taken off."""
    return str(OF_A_RECOVERY.get(stage, stage.label) if kind == LineKind.RECOVERY else stage.label)


def statement(employer: Employer, year: GrantYear, *, now: datetime) -> Statement:
    """The statement of an employer for one grant year as it stands at `now`: four queries, whatever the number, and
    one for each page of its lines.

    What became due on a day of no grant year is shown under the year that is asked for.
    """
    lines = Line.objects.filter(employer=employer, grant_year=year).with_stage()
    sums = (
        lines.order_by()
        .values_list("milestone", "stage", "kind")  # type: ignore[misc]  # with_stage adds it
        .annotate(first=Min("due_on"), count=Count("pk"), pence=Sum("amount_pence"))
        .order_by("first", "milestone", "stage", "kind")
    )
    of_lines = [
        (
            LineStage(stage),
            Total(
                Milestone(milestone),
                label_of(kind, LineStage(stage)),
                count,
                pence if kind == LineKind.PAYMENT else -pence,
            ),
        )
        for milestone, stage, kind, _, count, pence in sums
    ]
    shown = lines.select_related("registration__nqsw", "batch").order_by("due_on", "id")
    due = [one for one in owed(now, employer_id=employer.pk) if one.grant_year in (year.code, "")]
    back = list(of_employer(employer, year))
    return Statement(employer, year, shown, of_lines, due, paid_to(employer.pk, year), back)
