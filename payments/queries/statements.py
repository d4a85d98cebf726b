"""What an employer was paid, is owed and waits for, by financial year."""

from dataclasses import dataclass
from datetime import datetime

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
    """One employer's money of one grant year, in pence. `paid_pence` is the ledger's sum, not the lines'."""

    employer: Employer
    year: GrantYear
    lines: list[Line]  # each with `stage` and `paid_on`
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
        waiting = (LineStage.IN_BATCH, LineStage.SENT)
        return sum(line.signed_pence for line in self.lines if getattr(line, "stage") in waiting)  # noqa: B009

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
        stages = [(line, LineStage(getattr(line, "stage"))) for line in self.lines]  # noqa: B009
        found = [(line.milestone, label_of(line, stage), line.signed_pence) for line, stage in stages]
        found += [
            (one.milestone, one.blocked_label or "Owed, in the next batch", one.amount_pence) for one in self.owed
        ]
        groups: dict[tuple[str, str], list[int]] = {}
        for milestone, state, pence in found:
            groups.setdefault((milestone, state), []).append(pence)
        return [
            Total(Milestone(milestone), state, len(group), sum(group)) for (milestone, state), group in groups.items()
        ]


def label_of(line: Line, stage: LineStage) -> str:
    """Where a line stands, in words: of a recovery, whether it has been taken off."""
    return str(OF_A_RECOVERY.get(stage, stage.label) if line.kind == LineKind.RECOVERY else stage.label)


def statement(employer: Employer, year: GrantYear, *, now: datetime) -> Statement:
    """The statement of an employer for one grant year as it stands at `now`: four queries, whatever the number.

    What became due on a day of no grant year is shown under the year that is asked for.
    """
    lines = (
        Line.objects.filter(employer=employer, grant_year=year)
        .with_stage()
        .select_related("registration__nqsw", "batch")
        .order_by("due_on", "id")
    )
    due = [one for one in owed(now, employer_id=employer.pk) if one.grant_year in (year.code, "")]
    return Statement(employer, year, list(lines), due, paid_to(employer.pk, year), list(of_employer(employer, year)))
