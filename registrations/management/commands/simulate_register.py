"""Runs the simulated register as a server, so that REGISTER=http can be tried without a contract."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from registrations.simulator_server import Register


class Command(BaseCommand):
    """`simulate_register --port 8100` serves until it is stopped."""

    help = "Serves the register of invented people on 127.0.0.1; set REGISTER=http and REGISTER_URL to its address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8100)

    def handle(self, *args: Any, **options: Any) -> None:
        with Register(options["port"]) as server:
            self.stdout.write(f"The simulated register answers at {server.url}")
            try:
                server.over.wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")
