"""Rows and sentences of the page of the reconciler, and of its command."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from asye.money import pounds
from asye.ui.links import link
from asye.ui.templatetags.components import tag
from payments.queries.reconciling import Reconciled
from payments.rules.reconciling import Difference, Kind

BATCHES = ["Batch", {"text": "Lines", "numeric": True}, {"text": "Total", "numeric": True}, "Result"]
DIFFERENCES = ["Batch", "Line", "What", "What is different"]


class Tally:
    """Counts what goes by and keeps the first `most` differences, so that a long run does not grow."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.batches = self.lines = self.pence = self.differing = self.differences = 0
        self.shown: list[Difference] = []

    def add(self, one: Reconciled) -> None:
        """Takes what was said of one batch."""
        self.batches += 1
        self.lines += one.line_count
        self.pence += one.sum_pence
        self.differing += bool(one.differences)
        self.differences += len(one.differences)
        self.shown += one.differences[: self.most - len(self.shown)]

    @property
    def more(self) -> int:
        """How many differences are not shown."""
        return self.differences - len(self.shown)

    def sentence(self) -> str:
        """What came of it, like "Everything agrees: 3 batches, 12 lines, £12,000."."""
        if not self.batches:
            return "There is no batch yet, so there is nothing to compare."
        if not self.differences:
            lines, batches = _many(self.lines, "line", "lines"), _many(self.batches, "batch", "batches")
            return f"Everything agrees: {batches}, {lines}, {pounds(self.pence)}."
        found = _many(self.differences, "difference", "differences")
        return f"{found} in {self.differing:,} of {_many(self.batches, 'batch', 'batches')}."


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def which(shown: Sequence[int], in_all: int) -> str:
    """Which batches were compared, where not all were."""
    if not shown or len(shown) == in_all:
        return ""
    if len(shown) == 1:
        return f"Batch B{shown[0]:05d} of {_many(in_all, 'batch', 'batches')} was compared."
    return f"Batches B{shown[-1]:05d} to B{shown[0]:05d} of {_many(in_all, 'batch', 'batches')} were compared."


def batch_rows(batches: Iterable[Reconciled]) -> list[list[Any]]:
    """One row for each batch that was compared."""
    return [[_batch(one), f"{one.line_count:,}", pounds(one.sum_pence), _result(one)] for one in batches]


def _batch(one: Reconciled) -> Any:
    gone = any(each.kind == Kind.GONE for each in one.differences)
    return one.batch if gone else link(reverse("batch", args=[one.batch_id]), one.batch)


def _result(one: Reconciled) -> Any:
    if not one.differences:
        return tag("Agrees", "green")
    return tag(_many(len(one.differences), "difference", "differences"), "red")


def difference_rows(differences: Iterable[Difference]) -> list[list[Any]]:
    """One row for each difference, leading to its batch and its line where there is one."""
    return [
        [
            one.batch if one.kind == Kind.GONE else link(reverse("batch", args=[one.batch_id]), one.batch),
            link(reverse("line", args=[one.line_id]), one.line) if one.line_id else one.line or "The whole batch",
            one.kind.label,
            one.sentence,
        ]
        for one in differences
    ]
