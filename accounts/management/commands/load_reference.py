"""Loads the reference data of this app."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import reference
from asye import clock


class Command(BaseCommand):
    help = "Loads the 153 local authorities, or brings them up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        count = reference.load_local_authorities(clock.now())
        self.stdout.write(f"{count} local authorities are loaded.")
