"""Loads the demo, and shows who is in it."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from asye import clock
from reporting.demo import build
from reporting.demo.cast import PASSWORD

SEED = 2026
EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Fills an empty service with a demo year: eight employers and about sixty invented people at every stage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", action="store_true", help="show whom to sign in as, and load nothing")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed tells the stories differently")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo gives invented people a known password: set DEMO=1 to load it.")
        if options["people"]:
            self._show()
            return
        if build.is_loaded():
            self.stdout.write("The demo is loaded already.")
            return
        self.stdout.write("Loading the demo: a year and a half at eight employers …")
        self._last = monotonic()
        build.build(seed=options["seed"], now=clock.now(), progress=self._progress)
        self.stdout.write("The demo is loaded.")

    def _progress(self, done: int, planned: int) -> None:
        if monotonic() - self._last >= EVERY_SECONDS:
            self._last = monotonic()
            self.stdout.write(f"Loading the demo: {done} of about {planned} acts …")
            self.stdout.flush()

    def _show(self) -> None:
        rows = [("Role", "Name", "Employer", "E-mail"), *build.people_to_show()]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        self.stdout.write(f"\nEverybody's password: {PASSWORD}")
