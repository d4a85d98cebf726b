"""Makes the choices of a drafted programme year (decision D4)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from asye import clock
from registrations.management.drafted import add_programme, administrator, draft_of, told
from registrations.models import ProgrammeYear
from registrations.services import years


class Command(BaseCommand):
    help = "Makes the choices on money and certificates of a drafted programme year. Somebody else publishes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the programme year, like 2026-27")
        parser.add_argument("email", help="the administrator who chooses and so cannot publish the year")
        add_programme(parser)
        parser.add_argument(
            "--on-fail",
            required=True,
            choices=ProgrammeYear.OnFail.values,
            help="whether a fail earns the second payment",
        )
        parser.add_argument(
            "--on-withdrawal",
            required=True,
            choices=ProgrammeYear.OnWithdrawal.values,
            help="whether the employer keeps the first payment after a withdrawal",
        )
        parser.add_argument(
            "--on-move",
            required=True,
            choices=ProgrammeYear.OnMove.values,
            help="which employer is paid after a move",
        )
        parser.add_argument("--issuer", help="who issues the certificates; as drafted where it is left out")

    def handle(self, *args: Any, **options: Any) -> None:
        by = administrator(options["email"])
        year = draft_of(options["code"], options["programme"])
        with told():
            year = years.choose(
                year,
                on_fail=options["on_fail"],
                on_withdrawal=options["on_withdrawal"],
                on_move=options["on_move"],
                certificate_issuer=year.certificate_issuer if options["issuer"] is None else options["issuer"],
                by=by,
                now=clock.now(),
            )
        self.stdout.write(
            f"{year}: {year.get_on_fail_display()}. {year.get_on_withdrawal_display()}. {year.get_on_move_display()}. "
            f"Certificates are issued by {year.certificate_issuer or 'nobody yet'}."
        )
        self.stdout.write(
            "Another administrator publishes it: "
            f"publish_programme_year {year.code} THEIR-ADDRESS --programme {year.programme}"
        )
