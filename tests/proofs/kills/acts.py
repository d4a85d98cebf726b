"""What people and the service do to batches while they are killed: each act picks what there is to do and does it."""

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.models import Count, Q

from accounts.models import User
from asye.clock import london_date
from asye.refusals import Refused
from payments.models import Batch, PayerFile, ResponseRow
from payments.services import batches, files, preparing, responses

LOCK_NOT_TO_BE_HAD = "55P03"
EARLY = Q(state__in=["draft", "submitted"])
NO_FILE = Q(state="approved", file__isnull=True)
WAITING = {  # which batches each act can be done to
    "submit": Q(state="draft", lines__isnull=False),
    "approve": Q(state="submitted"),
    "write": NO_FILE,
    "hand_over": Q(state="approved", file__isnull=False, handed_over_at__isnull=True),
    "import": Q(handed_over_at__isnull=False, lines__responses__isnull=True),
}
ROUGH = {
    **WAITING,
    "import": Q(handed_over_at__isnull=False),  # what was paid may come back
    "hold": EARLY,
    "send_back": Q(state="submitted"),
    "cancel": EARLY | NO_FILE,
}
ACTS = ("prepare", *ROUGH)
WEIGHTS = {
    "prepare": 0.3, "submit": 0.5, "approve": 1, "write": 3, "hand_over": 3, "import": 1,
    "hold": 0.15, "send_back": 0.15, "cancel": 0.1,
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """When and by whom, and the folder in which the payer keeps every file that was given to it."""

    now: datetime
    officer: User
    approver: User
    payer: Path
    rough: bool


def answer(reference: str, rough: bool) -> tuple[str, ...]:
    """What the payer makes of a line: paid, and with `rough` one in five rejected and one in ten returned later."""
    chance = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:4], "big") / 2**32
    if not rough or chance > 0.3:
        return ("paid",)
    return ("rejected",) if chance < 0.2 else ("paid", "returned")


def rows_of(content: bytes) -> Iterator[list[str]]:
    """The rows of a payer file that pay somebody, as the payer reads them: without any code of the service."""
    lines = content.decode().split("\r\n")
    for line in lines[1:-2]:
        yield [cell.strip('"') for cell in line.split(",")]


def prepare(day: Day, batch: Batch | None, rng: random.Random | None) -> None:
    if rng is None or rng.random() < 0.5:
        preparing.prepare_batch(by=day.officer, now=day.now)
    else:
        preparing.prepare_month(day.now)


def submit(day: Day, batch: Batch, rng: random.Random | None) -> None:
    batches.submit(batch, by=day.officer, now=day.now, seen_version=batch.version)


def approve(day: Day, batch: Batch, rng: random.Random | None) -> None:
    seen = {"seen_count": batch.line_count, "seen_sum_pence": batch.sum_pence, "seen_sha256": batch.content_sha256}
    batches.approve(batch, by=day.approver, now=day.now, **seen)


def write(day: Day, batch: Batch | None, rng: random.Random | None) -> None:
    files.write_pending(day.now)


def hand_over(day: Day, batch: Batch, rng: random.Random | None) -> None:
    """Takes the file, gives it to the payer and says so; whoever comes later gives the same file once more."""
    file = batches.download_file(batch, by=day.officer, now=day.now)
    _given(day.payer, batch.reference, bytes(file.content))
    batches.mark_handed_over(batch, by=day.officer, now=day.now, seen_sha256=batch.content_sha256)


def import_answers(day: Day, batch: Batch, rng: random.Random | None) -> None:
    """The payer answers for a file it was given, now all of it and now one half, and later tells what came back.

    Without `rng` it is always all.
    """
    asked = next(day.payer.glob(f"{batch.reference}.*")).read_bytes()
    lines = [(row[2], row[7]) for row in rows_of(asked)]
    told = set(ResponseRow.objects.filter(batch=batch).values_list("line__reference", "result"))
    table = ["line,outcome,reason,amount,date"]
    for reference, amount in rng.choice([lines, lines[::2], lines[1::2]]) if rng else lines:
        result = next((one for one in answer(reference, day.rough) if (reference, one) not in told), None)
        if result is not None:
            why = "" if result == "paid" else "No such account"
            table.append(f"{reference},{result},{why},{amount},{london_date(day.now)}")
    if len(table) > 1:
        content = "\r\n".join([*table, ""]).encode()
        responses.import_file(content, batch=batch, by=day.officer, now=day.now)


def hold(day: Day, batch: Batch, rng: random.Random | None) -> None:
    if lines := list(batch.lines.all()):
        batches.hold_line(rng.choice(lines), "Check the address.", by=day.officer, now=day.now)


def send_back(day: Day, batch: Batch, rng: random.Random | None) -> None:
    batches.send_back(batch, "Look again.", by=day.approver, now=day.now)


def cancel(day: Day, batch: Batch, rng: random.Random | None) -> None:
    batches.cancel(batch, "Made by mistake.", by=day.officer, now=day.now)


DO: dict[str, Callable[[Day, Any, random.Random], None]] = {
    "prepare": prepare,
    "submit": submit,
    "approve": approve,
    "write": write,
    "hand_over": hand_over,
    "import": import_answers,
    "hold": hold,
    "send_back": send_back,
    "cancel": cancel,
}


def chosen(rng: random.Random, *, rough: bool) -> str:
    """The next act: one of those that have something to do, or preparing, which has to look."""
    counts = {name: Count("id", filter=which, distinct=True) for name, which in (ROUGH if rough else WAITING).items()}
    there = Batch.objects.aggregate(**counts)
    names = ["prepare", *(name for name, count in there.items() if count)]
    return rng.choices(names, [WEIGHTS[name] for name in names])[0]


def done_to(name: str, *, rough: bool) -> list[Any]:
    """What the act can be done to now; preparing asks for nothing."""
    if name == "prepare":
        return [None]
    return list(Batch.objects.filter((ROUGH if rough else WAITING)[name]).distinct().order_by("id"))


def act(name: str, day: Day, batch: Batch | None, rng: random.Random | None) -> None:
    """Does it; a refusal, and a lock that was not to be had in time, are answers like others."""
    try:
        DO[name](day, batch, rng)
    except Refused:
        return
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_TO_BE_HAD:
            raise


def _given(folder: Path, reference: str, content: bytes) -> None:
    """The payer's copy appears whole or not at all. Every copy is kept, so that two that differ are seen."""
    making = folder / f"making.{os.getpid()}"
    making.write_bytes(content)
    making.rename(folder / f"{reference}.{hashlib.sha256(content).hexdigest()}.csv")


def unwritten() -> int:
    """Approved batches that have no file."""
    return Batch.objects.filter(state="approved").count() - PayerFile.objects.filter(batch__state="approved").count()
