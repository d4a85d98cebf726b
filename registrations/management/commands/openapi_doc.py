"""Writes docs/openapi.json, the description of the API, from the code that answers."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

PLACE = Path(settings.BASE_DIR) / "docs" / "openapi.json"


class Command(BaseCommand):
    help = "Writes docs/openapi.json. With --check fails where it is not what the code gives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = description()
        if not options["check"]:
            PLACE.write_text(text)
            return
        if not PLACE.exists() or PLACE.read_text() != text:
            raise CommandError("docs/openapi.json is not current. Run: python manage.py openapi_doc")


def description() -> str:
    """The description as it is committed."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
