"""Files of invented people, written by a process of their own so that they cost the one that is measured no memory."""

import sys
from collections.abc import Iterator
from pathlib import Path

from registrations.bulk import writing

FIRST_NUMBER = 1_000_000


def rows(count: int, headings: dict[str, str], assessor: str, first: int = 0) -> Iterator[list[str]]:
    """The headings and so many rows that can be registered, from person `first` on; every tenth is unfunded."""
    yield list(headings.values())
    for number in range(first, first + count):
        cells = {
            "first_name": f"Zoë{number % 97}",
            "last_name": f"O’Neill-Łukasz {number}",
            "email": f"person{number}@people.example",
            "swe_number": f"SW{FIRST_NUMBER + number}",
            "qualified_on": "2020-06-27" if number % 10 == 0 else f"2026-06-{number % 28 + 1:02}",
            "swe_registered_from": "27/07/2026",
            "qualification": "MA",
            "route": "Step Up to Social Work",
            "employment_start": "2026-09-01",
            "asye_start": "2026-09-01",
            "job_title": "Social worker",
            "contract": "Permanent",
            "fte_percent": str(60 + number % 41),
            "assessor": assessor,
            "assessor_experienced": "Yes",
            "post": "Yes",
            "child_and_family": "Yes",
            "in_england": "Yes",
            "previous": "No",
        }
        yield [cells.get(key, "") for key in headings]


def main(count: str, ending: str, path: str, first: str) -> None:
    import django

    django.setup()
    from registrations.bulk.columns import HEADINGS
    from tests.cast import EVERYBODY

    found = list(rows(int(count), dict(HEADINGS), f"ben@{EVERYBODY['ben'][3]}", int(first)))
    sheet = writing.Sheet("NQSWs", found, (), {})
    Path(path).write_bytes(writing.as_csv(found) if ending == "csv" else writing.as_xlsx(sheet))


if __name__ == "__main__":
    main(*sys.argv[1:])
