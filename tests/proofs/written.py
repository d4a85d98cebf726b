"""The log of a whole proof, kept in docs/proofs: facts only, nothing of the machine but what it ran on."""

import platform
from datetime import date
from pathlib import Path

from django.db import connection

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "proofs"


def write(name: str, lines: list[str], *, whole: bool) -> None:
    """Writes the log of a proof that ran in full; a shorter run leaves what is there."""
    if not whole:
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    FOLDER.mkdir(exist_ok=True)
    head = f"make prove, {date.today():%-d %B %Y}: PostgreSQL {server}, Python {platform.python_version()}"  # noqa: DTZ011
    (FOLDER / name).write_text("\n".join([head, *lines, ""]))
