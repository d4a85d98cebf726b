"""Prints every difference between files, ledger, responses, approvals and lines."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.presenters.reconciling import Tally
from payments.queries.reconciling import batch_ids, reconciled


class Command(BaseCommand):
    """manage.py reconcile [BATCH ...]"""

    help = (
        "Compares payment files, the ledger, the payer's responses, approvals and lines, prints every difference and "
        "leaves with 1 where there is one. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", nargs="*", help="a batch, like B00012 or 12; all where none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        known = batch_ids()
        ids = [_number(one, known) for one in options["batch"]] or known
        tally = Tally(0)
        for one in reconciled(ids):
            tally.add(one)
            for difference in one.differences:
                about = f"{difference.batch} {difference.line}".strip()
                print(f"{about}: {difference.kind.label}. {difference.sentence}")
        print(tally.sentence())
        if tally.differences:
            sys.exit(1)


def _number(named: str, known: list[int]) -> int:
    digits = named.upper().removeprefix("B")
    if not digits.isdecimal() or int(digits) not in known:
        raise CommandError(f"There is no batch {named}.")
    return int(digits)
