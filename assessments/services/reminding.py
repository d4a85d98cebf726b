"""Reminders of what is due: one letter a person and London day, however often, and by however many, it is asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from time import monotonic
from typing import Final

from django.db import transaction
from django.urls import reverse

from accounts import notices as outbox
from accounts import rules
from accounts.models import JobRun, User
from accounts.services import audit, jobs
from assessments.models import Reminder, ReminderChoice, ReminderLetter
from assessments.notices import DueDigest
from assessments.permissions import check_may_choose_reminders
from assessments.queries.reminders import Owed, owed, wants_only_late
from assessments.rules.reminders import FIRST_HOUR, OWN
from asye.clock import LONDON, london_date
from asye.dates import how_late, long_date

JOB: Final = "assessments.send_reminders"


def send_due(now: datetime) -> int:
    """Queues today's letters and answers how many; what a sweep has no time for is left to the next one.

    Nothing happens before FIRST_HOUR in London, nor once the day is done. Each letter is written with the steps it
    tells in a transaction of its own, so a sweep that dies half-way is taken up where it stopped, and of two sweeps at
    once each person gets the letter of one. A day without the service is made good on the next: what was missed is
    told once, and by its latest step.
    """
    on = london_date(now)
    if now.astimezone(LONDON).hour < FIRST_HOUR or JobRun.objects.filter(job=JOB, period=on.isoformat()).exists():
        return 0
    sent = 0
    until = monotonic() + rules.SWEEP_LASTS.total_seconds()
    for of_one in owed(on):
        if monotonic() >= until:
            return sent
        sent += _write(of_one, on, now)
    jobs.claim(JOB, on.isoformat(), now)
    return sent


@transaction.atomic
def choose(only_late: bool, *, by: User, now: datetime) -> None:
    """A person asks for letters only about what is late, or for all of them again; what is late always comes. The same
    choice once more changes nothing."""
    under = check_may_choose_reminders(by, on=london_date(now))
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if wants_only_late(person) == only_late:
        return
    chosen, _ = ReminderChoice.objects.update_or_create(
        person=person, defaults={"only_late": only_late, "chosen_at": now}
    )
    code = "only_late" if only_late else "all"
    audit.record("assessments.choose_reminders", chosen, by=by, now=now, under=under, codes=[code])


@transaction.atomic
def _write(of_one: Sequence[Owed], on: date, now: datetime) -> bool:
    """The letter of one person; False where they have had today's, or may not sign in any more."""
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=of_one[0].person.pk)
    if not person.is_active or ReminderLetter.objects.filter(person=person, on=on).exists():
        return False
    notice = outbox.queue(_digest(of_one, on), to=person, now=now)
    letter = ReminderLetter.objects.create(person=person, on=on, notice=notice)
    Reminder.objects.bulk_create(
        Reminder(
            letter=letter,
            person=person,
            registration=each.year.registration,
            kind=each.thing.key[0],
            review_point=each.thing.key[1],
            ordinal=each.thing.key[2],
            due_on=each.due,
            step=each.step,
            because=each.because,
            told_on=on,
        )
        for each in of_one
    )
    return True


def _digest(of_one: Sequence[Owed], on: date) -> DueDigest:
    late: dict[str, list[str]] = {}
    for each in of_one:
        if each.because != OWN:
            line = f"{each.thing.title}, {each.whose}. {_due(each.due, on)}. Waiting for {each.who}."
            late.setdefault(each.employer, []).append(line)
    own = [each for each in of_one if each.because == OWN]
    return DueDigest(
        own=tuple(
            f"{each.what}: {each.thing.title}{', ' if each.whose else ''}{each.whose}. {_due(each.due, on)}."
            for each in own
        ),
        late=tuple((employer, tuple(lines)) for employer, lines in sorted(late.items())),
        may_choose=bool(own),
        waiting=reverse("waiting_for_me") if own else reverse("waiting_on_others"),
        choose=reverse("reminders"),
    )


def _due(due: date, on: date) -> str:
    return f"Due {long_date(due)}, {how_late(due, on).removeprefix('due ')}"
