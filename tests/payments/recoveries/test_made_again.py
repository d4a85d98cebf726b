"""What came back of a payment, its slot made once more, and then the bank returns what had brought it back: refused
only while the second payment stands, and always with a way out."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from asye.refusals import Refused
from payments.models import Batch, Line
from payments.queries import owed
from payments.queries.parts import made_again_of
from payments.services import batches, files, reversing
from registrations.services import changes
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.built_once import built_once
from tests.payments.recoveries.test_offsets import faults, lines_of
from tests.payments.recoveries.test_returned_net import (
    AFTER,
    CLOSED,
    all_agrees,
    began_anew,
    gone_and_taken_off,
    paid_net,
    recovered_and_made_again,
    returned,
)
from tests.payments.recoveries.test_scenarios import fresh
from tests.payments.test_merged import merged

pytestmark = pytest.mark.django_db
RESEND = "Ask the payer to send the payment once more, and import the file without the rows of this employer."


@built_once
def anew(cast: Cast, paid: Line) -> dict[str, Batch]:
    """All of it was taken off another's payment (`net`), and it is in a batch once more, approved (`again`)."""
    net, draft = recovered_and_made_again(cast, paid)
    sent = batches.submit(draft, by=cast.omar, now=AFTER, seen_version=draft.version)
    return {"net": net, "again": make.approve(sent, cast, now=AFTER)}


@built_once
def taken_off(cast: Cast, paid: Line) -> Batch:
    """All of it was taken off another's payment, and it has not been made again."""
    return gone_and_taken_off(cast, paid)[1]


def _back(net: Batch) -> list[tuple[Line, str, str]]:
    return [(line, "returned", CLOSED) for line in lines_of(net)]


@pytest.mark.parametrize("written", [False, True])
def test_approved_and_not_handed_over_it_is_cancelled_first(
    cast: Cast, paid: Line, anew: dict[str, Batch], written: bool
) -> None:
    net, again = anew["net"], anew["again"]
    if written:
        files.write_pending(AFTER)
    (said,) = faults(cast, net, *_back(net))
    where = f"(line {again.lines.get().reference} in batch {again.reference})"
    assert said.endswith(f"{where}. Cancel that batch first, and import the file again.")
    batches.cancel(again, "The bank returned what it stands on.", by=cast.omar, now=AFTER)
    returned(net, cast)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert [one.registration_id for one in owed(AFTER)] == [lines_of(net)[0].registration_id]
    assert all_agrees()


def test_rejected_by_the_payer_it_is_in_nobodys_way(cast: Cast, paid: Line, anew: dict[str, Batch]) -> None:
    """Before that the file could be paid, and no page says to cancel what can no longer be cancelled."""
    net, again = anew["net"], anew["again"]
    files.write_pending(AFTER)
    batches.download_file(again, by=cast.omar, now=AFTER)
    assert faults(cast, net, *_back(net))[0].endswith(RESEND)
    sent = batches.mark_handed_over(again, by=cast.omar, now=AFTER, seen_sha256=again.content_sha256)
    assert faults(cast, net, *_back(net))[0].endswith(RESEND)
    back.answered(sent, cast, (sent.lines.get(), "rejected", "No such account"), now=AFTER)
    returned(net, cast)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert all_agrees()


def test_received_by_mistake_it_is_taken_back_once_that_is_cancelled(cast: Cast, paid: Line) -> None:
    gone = NOW + timedelta(days=2)
    changes.withdraw(fresh(paid.registration), gone.date(), "They left.", by=cast.amira, now=gone)
    part = back.received(back.invoiced(paid, cast, now=gone), cast, 1000_00, now=gone).parts.get()
    began_anew(cast, now=AFTER)
    draft = make.draft(cast, now=AFTER)
    with pytest.raises(Refused, match="has been made for the same person since"):
        reversing.ask(part, "So.", by=cast.omar, now=AFTER)
    batches.cancel(draft, "It was never received.", by=cast.omar, now=AFTER)
    back.taken_back(part, cast, now=AFTER)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert all_agrees()


@pytest.mark.parametrize("keep", [0, 1])
def test_made_again_under_another_record_of_the_person(cast: Cast, paid: Line, taken_off: Batch, keep: int) -> None:
    """It is paid in the slot of the record that is kept, the first or another: twice would be once too often."""
    other = make.registered(cast, now=AFTER, number=7, at="southmouth")
    both = paid.registration.nqsw, other.nqsw
    merged(*both, both[keep], cast)
    draft = make.draft(cast, now=AFTER)
    line = draft.lines.get(registration=other)
    assert (line.slot_id == paid.slot_id) == (keep == 0)
    (said,) = faults(cast, taken_off, *_back(taken_off))
    assert said.endswith(f"(line {line.reference} in batch {draft.reference}). Hold that line first, and import the "
                         "file again.")  # fmt: skip
    batches.hold_line(line, "The bank returned it.", by=cast.omar, now=AFTER)
    returned(taken_off, cast)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert all_agrees()


def test_paid_under_both_records_all_along_it_comes_back(cast: Cast, paid: Line) -> None:
    """What was taken off was one of two payments to one person: they have two once more, and it is asked back again."""
    other = make.registered(cast, now=NOW + timedelta(days=1), number=7, at="southmouth")
    second = make.confirmed(cast, now=NOW + timedelta(days=2)).lines.get()
    recovery, net = gone_and_taken_off(cast, paid)
    merged(paid.registration.nqsw, other.nqsw, other.nqsw, cast)
    returned(net, cast)
    assert set(Line.objects.live().values_list("pk", flat=True)) == {paid.pk, second.pk}
    assert back.stage(recovery) == "approved"
    assert all_agrees()


def test_many_cost_what_one_costs(cast: Cast, paid: Line) -> None:
    paid_net(cast, paid, 1000_00)
    one = Line.objects.get(pk=paid.pk)
    for lines, queries in (([one], 2), ([one] * 3, 2), ([], 0)):
        with CaptureQueriesContext(connection) as made:
            assert made_again_of(lines) == {}
        assert len(made) == queries
