"""Thirteen pairs of acts done at the same moment, a thousand times each: no breach, no deadlock, nobody waits long."""

from collections import Counter

import pytest

from payments.models import Batch, BatchHand, LedgerEntry, Line, PayerFile, PayerResponse, ResponseRow
from payments.queries.ledger import verify
from payments.queries.lines import content
from payments.queries.owed import no_longer_owed
from registrations.models import NQSW
from tests.cast import Cast
from tests.proofs import written
from tests.proofs.races.crowds import (
    ROUNDS,
    Made,
    approved,
    daily,
    drafts,
    new_details,
    one_a_day,
    ready,
    rounds_of,
    sent,
    submitted,
    two_records,
)
from tests.proofs.races.running import Raced, race

__all__ = ["approved", "drafts", "new_details", "one_a_day", "ready", "sent", "submitted", "two_records"]
pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
LOG: dict[str, str] = {}
PAIRS = 13
WAITED = "is changing this"  # of the sentence for whoever waits too long, on a machine that has much else to do
LONGEST_WAIT = 1.0  # seconds, on a machine that does nothing else


@pytest.fixture(autouse=True, scope="module")
def log(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> object:
    """Keeps what each pair came to, where all of them ran in full."""
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        written.write("races.txt", list(LOG.values()), whole=ROUNDS >= 1000 and len(LOG) == PAIRS)


def told(name: str, raced: Raced) -> Counter[tuple[str, str]]:
    """Asserts what holds of every race, notes it, and gives how often the two sides came to each pair of outcomes."""
    assert raced.broke == []
    assert raced.deadlocks == 0
    came = Counter(tuple(each.outcome for each in raced.of(number)) for number in range(ROUNDS))
    words = ", ".join(f"{one}/{other} {count}" for (one, other), count in sorted(came.items()))
    LOG[name] = f"{name}: {ROUNDS} rounds ({words}), 0 breaches, 0 deadlocks, worst wait {raced.worst:.2f} s"
    print(LOG[name], flush=True)  # noqa: T201
    return came  # type: ignore[return-value]


def one_each(came: Counter[tuple[str, str]]) -> bool:
    """Whether in every round one side won and the other was told why not."""
    return set(came) <= {("won", "lost"), ("lost", "won")}


def sentences(raced: Raced) -> set[str]:
    """Beginnings of what those who lost were told."""
    return {" ".join(each.sentence.split()[2:5]) for each in raced.said if each.outcome == "lost"}


def test_two_approve(submitted: Made) -> None:
    raced = race("approve", "approve_too", rounds_of(submitted))
    assert one_each(told("approve, approve", raced))
    assert sentences(raced) - {WAITED} == {"was approved by"}
    assert Batch.objects.filter(state="approved").count() == ROUNDS
    assert BatchHand.objects.filter(hand="approver").count() == ROUNDS


def test_approved_while_a_line_is_held(submitted: Made) -> None:
    raced = race("approve", "hold", rounds_of(submitted))
    assert one_each(told("approve, hold a line", raced))
    for batch in Batch.objects.filter(pk__in=submitted.ids):
        lines = batch.lines.count()
        assert (batch.state, lines) in (("approved", 2), ("draft", 1))
        assert batch.state == "draft" or content(batch) == (2, 200_000, batch.content_sha256)


def test_approved_while_it_is_sent_back(submitted: Made) -> None:
    assert one_each(told("approve, send back", race("approve", "send_back", rounds_of(submitted))))
    states = Counter(Batch.objects.filter(pk__in=submitted.ids).values_list("state", "line_count"))
    assert set(states) <= {("approved", 2), ("draft", None)}


def test_submitted_while_a_line_is_held(drafts: Made) -> None:
    """The line always goes, and what was submitted with it is a draft again."""
    came = told("submit, hold a line", race("submit", "hold", rounds_of(drafts)))
    assert set(came) <= {("won", "won"), ("lost", "won")}
    found = Batch.objects.filter(pk__in=drafts.ids).with_progress().values_list("state", "lines_now", "line_count")
    assert set(found) == {("draft", 1, None)}


def test_cancelled_while_it_is_handed_over(ready: Made) -> None:
    assert one_each(told("cancel, hand over", race("cancel", "hand_over", rounds_of(ready))))
    states = set(Batch.objects.filter(pk__in=ready.ids).values_list("state", "handed_over_by"))
    assert states <= {("cancelled", None), ("approved", ready.cast.omar.pk)}
    assert verify() == []


def test_cancelled_while_its_file_is_downloaded(ready: Made) -> None:
    assert one_each(told("cancel, download", race("cancel", "download", rounds_of(ready))))
    assert verify() == []


def test_cancelled_while_its_file_is_written(approved: Made) -> None:
    came = told("cancel, write the file", race("cancel", "write", rounds_of(approved)))
    assert set(came) <= {("won", "won"), ("won", "left")}
    assert not Batch.objects.filter(pk__in=approved.ids).exclude(state="cancelled").exists()
    files = PayerFile.objects.count()
    assert Counter(LedgerEntry.objects.values_list("event", flat=True)) == Counter(
        {event: 2 * files for event in ("sent", "sent_reversed") if files}
    )
    assert verify() == []


def test_two_write_one_file(approved: Made) -> None:
    came = told("write, write", race("write", "write", rounds_of(approved)))
    assert set(came) <= {("won", "left"), ("left", "won")}
    assert PayerFile.objects.count() == ROUNDS
    assert LedgerEntry.objects.count() == 2 * ROUNDS
    assert verify() == []


def test_one_response_is_imported_twice(sent: Made) -> None:
    came = told("import, import the same file", race("import_first", "import_first", rounds_of(sent)))
    assert set(came) <= {("won", "already"), ("already", "won")}
    assert PayerResponse.objects.count() == ROUNDS
    assert LedgerEntry.objects.filter(event="paid").count() == 2 * ROUNDS
    assert verify() == []


def test_two_responses_that_contradict(sent: Made) -> None:
    """All of one of them or all of the other: both lines are paid, or the first is rejected and nothing is paid."""
    assert one_each(
        told("import, import another file of the batch", race("import_first", "import_second", rounds_of(sent)))
    )
    rows = Counter(ResponseRow.objects.values_list("batch", "result"))
    for batch in sent.ids:
        assert (rows[batch, "paid"], rows[batch, "rejected"]) in ((2, 0), (0, 1))
    assert verify() == []


def test_two_prepare(one_a_day: Cast) -> None:
    raced = race("prepare", "prepare", daily([{}] * ROUNDS))
    assert one_each(told("prepare, prepare", raced))
    slots = Counter(Line.objects.values_list("slot", flat=True))
    assert len(slots) == ROUNDS + 1
    assert set(slots.values()) == {1}


def test_details_are_verified_while_a_batch_is_prepared(new_details: list[int]) -> None:
    """Whoever is first, no line of a draft stands under details that are no longer in use."""
    raced = race("verify", "prepare", daily([{"payee": payee} for payee in new_details]))
    came = told("verify vendor details, prepare", raced)
    assert ("lost", "lost") not in came
    assert not Line.objects.filter(payee__ended_at__isnull=False).exists()
    assert set(Counter(Line.objects.values_list("slot", flat=True)).values()) == {1}


def test_records_are_merged_while_a_batch_is_prepared(two_records: list[tuple[int, int]]) -> None:
    """One line where the merge came first; where the lines did, the batch cannot be submitted with both."""
    about = [{"likeness": likeness, "keep": keep} for likeness, keep in two_records]
    came = told("merge two records, prepare", race("merge", "prepare", daily(about)))
    assert ("lost", "lost") not in came
    last = Line.objects.latest("due_on").due_on
    merged = dict(NQSW.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    lines = Counter(
        (batch, merged.get(person, person)) for batch, person in Line.objects.values_list("batch", "slot__person")
    )
    both = [batch for (batch, _), count in lines.items() if count == 2]
    assert set(lines.values()) <= {1, 2}
    assert all(no_longer_owed(batch, last) for batch in both)
    assert len({person for _, person in lines}) == len(lines)
