"""The acts that race: each is one service call as its page would make it, and gives a word for what it did."""

from datetime import datetime
from functools import cache
from typing import Any

from accounts.models import User
from asye.clock import london_date
from payments.models import Batch, Line, Payee
from payments.queries.contacts import contacts_for
from payments.services import batches, files, payees, preparing, responses
from registrations.models import NQSW, Likeness
from registrations.services import same


@cache
def person(name: str) -> User:
    """One of the cast at DfE."""
    return User.objects.select_related("human").get(email=f"{name}@dfe.example")


def approve(now: datetime, *, by: str = "priya", **about: Any) -> str:
    seen = {"seen_count": about["count"], "seen_sum_pence": about["pence"], "seen_sha256": about["sha256"]}
    batches.approve(Batch(pk=about["batch"]), by=person(by), now=now, **seen)
    return "won"


def approve_too(now: datetime, **about: Any) -> str:
    return approve(now, by="udo", **about)


def submit(now: datetime, *, batch: int, version: int, **_: Any) -> str:
    batches.submit(Batch(pk=batch), by=person("omar"), now=now, seen_version=version)
    return "won"


def hold(now: datetime, *, line: int, **_: Any) -> str:
    batches.hold_line(Line.objects.get(pk=line), "Check the address.", by=person("omar"), now=now)
    return "won"


def send_back(now: datetime, *, batch: int, **_: Any) -> str:
    batches.send_back(Batch(pk=batch), "Look again.", by=person("udo"), now=now)
    return "won"


def cancel(now: datetime, *, batch: int, **_: Any) -> str:
    batches.cancel(Batch(pk=batch), "Made by mistake.", by=person("omar"), now=now)
    return "won"


def hand_over(now: datetime, *, batch: int, sha256: str, **_: Any) -> str:
    batches.mark_handed_over(Batch(pk=batch), by=person("omar"), now=now, seen_sha256=sha256)
    return "won"


def download(now: datetime, *, batch: int, **_: Any) -> str:
    batches.download_file(Batch(pk=batch), by=person("omar"), now=now)
    return "won"


def write(now: datetime, *, batch: int, **_: Any) -> str:
    return "won" if files._write_one(batch, now) else "left"


def import_first(now: datetime, *, batch: int, first: bytes, **_: Any) -> str:
    done = responses.import_file(first, batch=Batch(pk=batch), by=person("omar"), now=now)
    return "already" if done.already else "won"


def import_second(now: datetime, *, batch: int, second: bytes, **_: Any) -> str:
    done = responses.import_file(second, batch=Batch(pk=batch), by=person("omar"), now=now)
    return "already" if done.already else "won"


def prepare(now: datetime, **_: Any) -> str:
    preparing.prepare_batch(by=person("omar"), now=now)
    return "won"


def verify(now: datetime, *, payee: int, **_: Any) -> str:
    proposed, on = Payee.objects.select_related("employer").get(pk=payee), london_date(now)
    contact = contacts_for(proposed, person("priya"), on)[0].key
    told = {"contact": contact, "spoke_to": "Finance manager", "called_back_on": on, "note": "Finance desk."}
    payees.verify(proposed, by=person("priya"), now=now, **told)
    return "won"


def merge(now: datetime, *, likeness: int, keep: int, **_: Any) -> str:
    pair = Likeness.objects.get(pk=likeness)
    same.merge(pair, NQSW.objects.get(pk=keep), "She wrote to us.", by=person("erin"), now=now)
    return "won"
