"""Lets the first person in."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.services import invitations
from asye import clock
from asye.refusals import Refused


class Command(BaseCommand):
    help = "Makes the first administrator and prints the link where they choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            _, token = invitations.create_first_administrator(
                options["email"], options["first_name"], options["last_name"], now=clock.now()
            )
        except ValidationError as error:
            raise CommandError("Give --email an address like name@example.com.") from error
        except Refused as error:
            raise CommandError(f"{error}.") from error
        self.stdout.write(f"Open this link once, within 14 days, to choose a password:\n{invitations.address(token)}")
