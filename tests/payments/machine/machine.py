"""People and the payer act on batches at random; a model says what is refused, and after each step all is compared."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import connection, transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from asye.refusals import Refused
from payments.models import Batch as Row
from payments.models import Line as LineRow
from payments.models import Payee
from payments.queries.contacts import contacts_for
from payments.queries.ledger import verify
from payments.services import batches, files, payees, preparing, responses
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.payments.machine import totals
from tests.payments.machine.model import Batch, Money, Slot

PICK = st.integers(min_value=0, max_value=1_000)
OFFICERS = st.sampled_from(["omar", "priya"])
APPROVERS = st.sampled_from(["priya", "udo"])
OUTCOMES = st.sampled_from(["", "paid", "paid", "rejected", "returned"])


class Batches(RuleBasedStateMachine):
    """Priya is an officer and an approver, so that she may be barred; Udo only approves, Omar only prepares."""

    cast: ClassVar[Cast]
    advance: ClassVar[date]
    steps: ClassVar[int] = 0
    refusals: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOW
        self._sign_in()
        self.seconds = 0
        self.money = Money(
            NOW.date(), [slot for one in Registration.objects.order_by("id") for slot in self._slots(one)]
        )

    def _sign_in(self) -> None:
        self.client = Client()
        self.client.force_login(self.cast.omar)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def _slots(self, one: Registration) -> list[Slot]:
        employer = one.placements.get().employer_id
        on = one.decided_at.date()
        found = [Slot(str(one), "registration", employer, on)]
        if on <= self.advance:
            found.append(Slot(str(one), "completion", employer, self.advance))
        return found

    def _act(self, allowed: bool, act: Callable[[], Any]) -> Any:
        """Does it and sees that it is refused exactly where the model says so."""
        type(self).steps += 1
        self.seconds += 1
        done, told = None, ""
        try:
            with transaction.atomic():
                done = act()
                connection.check_constraints()
        except Refused as refusal:
            told = str(refusal)
            type(self).refusals += 1
        assert bool(told) != allowed, told or "done, and should be refused"
        return done

    def _pick(self, number: int, *states: str) -> Batch | None:
        """One of the batches, rather one in these states."""
        every = list(self.money.batches.values())
        found = [batch for batch in every if batch.state in states] or every
        return found[number % len(found)] if found else None

    def _drafted(self, row: Row, maker: str | None) -> None:
        made = {(str(line.registration), line.milestone): line.reference for line in row.lines.all()}
        self.money.drafted(row.pk, maker, made)

    @rule(by=OFFICERS)
    def prepare(self, by: str) -> None:
        row = self._act(
            bool(self.money.owed()), lambda: preparing.prepare_batch(by=getattr(self.cast, by), now=self.now)
        )
        if row is not None:
            self._drafted(row, by)

    @rule()
    def the_month_begins(self) -> None:
        month = f"{self.money.today:%Y-%m}"
        row = self._act(True, lambda: preparing.prepare_month(self.now))
        expected = bool(self.money.owed()) and all(batch.month != month for batch in self.money.batches.values())
        assert (row is not None) == expected
        if row is not None:
            self._drafted(row, None)

    @rule(days=st.sampled_from([1, 1, 4, 12]))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._sign_in()  # the session of days ago has ended
        self.money.today = self.now.date()

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK, by=OFFICERS, stale=st.sampled_from([False, False, False, True]))
    def submit(self, number: int, by: str, stale: bool) -> None:
        batch = self._pick(number, "draft")
        assert batch is not None
        row = Row.objects.get(pk=batch.pk)
        seen = row.version - stale
        allowed = batch.state == "draft" and bool(batch.lines) and not stale
        user = getattr(self.cast, by)
        if self._act(allowed, lambda: batches.submit(row, by=user, now=self.now, seen_version=seen)):
            batch.state = "submitted"
            batch.makers.add(by)

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK, by=APPROVERS, saw=st.sampled_from(["it", "it", "it", "another sum", "another hash"]))
    def approve(self, number: int, by: str, saw: str) -> None:
        batch = self._pick(number, "submitted")
        assert batch is not None
        row = Row.objects.get(pk=batch.pk)
        seen = {
            "seen_count": row.line_count or 0,
            "seen_sum_pence": (row.sum_pence or 0) + (saw == "another sum"),
            "seen_sha256": "0" * 64 if saw == "another hash" else row.content_sha256,
        }
        allowed = batch.state == "submitted" and by not in batch.makers and saw == "it"
        if self._act(allowed, lambda: batches.approve(row, by=getattr(self.cast, by), now=self.now, **seen)):
            batch.state = "approved"

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK)
    def go_on(self, number: int) -> None:
        """The next step of a batch that is not finished, so that more of them come far."""
        batch = self._pick(number, "draft", "submitted", "approved")
        assert batch is not None
        if batch.state == "draft":
            self.submit(number, "omar", stale=False)
        elif batch.state == "submitted":
            self.approve(number, "udo", saw="it")
        elif not batch.has_file:
            self.write()
        else:
            self.hand_over(number, stale=False)

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK, by=APPROVERS)
    def send_back(self, number: int, by: str) -> None:
        batch = self._pick(number, "submitted")
        assert batch is not None
        row, user = Row(pk=batch.pk), getattr(self.cast, by)
        if self._act(batch.state == "submitted", lambda: batches.send_back(row, "Again.", by=user, now=self.now)):
            batch.state = "draft"

    @precondition(lambda self: any(batch.lines for batch in self.money.batches.values()))
    @rule(number=PICK, by=OFFICERS)
    def hold(self, number: int, by: str) -> None:
        lines = self.money.lines()
        reference, line = lines[number % len(lines)]
        row, user = LineRow.objects.select_related("batch").get(reference=reference), getattr(self.cast, by)
        allowed = line.batch.state in ("draft", "submitted")
        if self._act(allowed, lambda: batches.hold_line(row, "Look.", by=user, now=self.now)):
            self.money.hold(reference, line.batch, by)

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK)
    def cancel(self, number: int) -> None:
        batch = self._pick(number, "draft", "submitted", "approved")
        assert batch is not None
        allowed = batch.is_in_our_hands and not batch.taken
        row = Row(pk=batch.pk)
        if self._act(allowed, lambda: batches.cancel(row, "A mistake.", by=self.cast.omar, now=self.now)):
            self.money.cancel(batch)

    @rule()
    def write(self) -> None:
        waiting = [b for b in self.money.batches.values() if b.state == "approved" and not b.has_file]
        written = self._act(True, lambda: files.write_pending(self.now))
        assert written == len(waiting)
        for batch in waiting:
            batch.has_file = True
            self.money.entries["sent"] += len(batch.lines)

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK)
    def download(self, number: int) -> None:
        batch = self._pick(number, "approved")
        assert batch is not None
        allowed = batch.state == "approved" and batch.has_file
        if self._act(allowed, lambda: batches.download_file(Row(pk=batch.pk), by=self.cast.omar, now=self.now)):
            batch.taken = True

    @precondition(lambda self: self.money.batches)
    @rule(number=PICK, stale=st.sampled_from([False, False, True]))
    def hand_over(self, number: int, stale: bool) -> None:
        batch = self._pick(number, "approved")
        assert batch is not None
        row = Row.objects.get(pk=batch.pk)
        seen = "0" * 64 if stale else row.content_sha256
        allowed = batch.state == "approved" and batch.has_file and not batch.handed and not stale
        omar = self.cast.omar
        if self._act(allowed, lambda: batches.mark_handed_over(row, by=omar, now=self.now, seen_sha256=seen)):
            batch.handed = True

    @precondition(lambda self: self.money.batches)
    @rule(
        number=PICK,
        results=st.lists(OUTCOMES, min_size=1, max_size=8),
        wrong=st.sampled_from(["", "", "", "", "amount", "line"]),
    )
    def respond(self, number: int, results: list[str], wrong: str) -> None:
        """Rows about lines of one batch, with an amount that was not sent or a line of another batch now and then."""
        handed = [batch for batch in self.money.batches.values() if batch.handed]
        batch = handed[number % len(handed)] if handed else self._pick(number)
        assert batch is not None
        told = [(ref, result) for ref, result in zip(batch.lines, results, strict=False) if result]
        others = [ref for ref, line in self.money.lines() if line.batch is not batch]
        allowed = bool(told) and batch.handed and not wrong
        allowed = allowed and all(self.money.may_be_told(batch.lines[ref], result) for ref, result in told)
        if wrong == "line" and not others:
            return
        rows = [*told, *([(others[0], "paid")] if wrong == "line" else [])]
        table = ["line,outcome,reason,amount,date"]
        amount = "1000.01" if wrong == "amount" else "1000.00"
        for ref, result in rows:
            table.append(f"{ref},{result},{'' if result == 'paid' else 'No account'},{amount},{self.money.today}")
        content = "\n".join([*table, ""]).encode()
        row = Row(pk=batch.pk)
        done = self._act(allowed, lambda: responses.import_file(content, batch=row, by=self.cast.omar, now=self.now))
        if done is not None and not done.already:
            for ref, result in told:
                self.money.tell(batch.lines[ref], result)

    @rule(number=PICK)
    def propose_details(self, number: int) -> None:
        employer = (self.cast.northshire, self.cast.southmouth)[number % 2]
        allowed = employer.pk not in self.money.proposed
        new = f"VN9{self.seconds:05}"
        if self._act(allowed, lambda: payees.propose(employer, new, by=self.cast.omar, now=self.now)):
            self.money.proposed.add(employer.pk)

    @precondition(lambda self: self.money.proposed)
    @rule(by=APPROVERS)
    def verify_details(self, by: str) -> None:
        employer = min(self.money.proposed)
        proposed = Payee.objects.get(employer=employer, verified_at__isnull=True, refused_at__isnull=True)
        user = getattr(self.cast, by)
        contact = contacts_for(proposed, user, self.money.today)[0].key
        given = {"called_back_on": self.money.today, "note": "Desk.", "by": user, "now": self.now}
        given |= {"contact": contact, "spoke_to": "Finance manager"}
        if self._act(not self.money.is_frozen_for(employer), lambda: payees.verify(proposed, **given)):
            self.money.proposed.remove(employer)

    @invariant()
    def the_database_is_as_the_model(self) -> None:
        lines = {ref: line.live for ref, line in self.money.lines()}
        assert dict(totals.rows(totals.LIVE)) == lines
        events = {event: (count, pence) for event, count, pence in totals.rows(totals.EVENTS)}
        expected = {event: (count, count * 100_000) for event, count in self.money.entries.items() if count}
        assert events == expected
        states = dict(totals.rows("SELECT id, state FROM payments_batch"))
        assert states == {batch.pk: batch.state for batch in self.money.batches.values()}
        assert verify() == []

    @invariant()
    def every_page_shows_what_is_there(self) -> None:
        employers = (self.cast.northshire.pk, self.cast.southmouth.pk)
        totals.compare(self.client, self.money, self.now, employers[self.seconds % 2])
