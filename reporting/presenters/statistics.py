"""The published tables as a page and as a file."""

import csv
import io
from typing import Any

from asye.dates import london, long_datetime
from asye.formulas import guarded
from reporting import disclosure
from reporting.statistics import DEFINITIONS, HEADER, RULE, TITLE, Row, Statistics, Table


def chosen(statistics: Statistics, *, with_equality: bool) -> tuple[Table, ...]:
    """The tables this reader is shown."""
    return tuple(table for table in statistics.tables if with_equality or not table.is_equality)


def page(statistics: Statistics, *, with_equality: bool) -> dict[str, Any]:
    """The template's context: tables with the cells in words, the number of people, definitions and the rule."""
    shown = chosen(statistics, with_equality=with_equality)
    return {
        "title": TITLE,
        "as_at": statistics.as_at,
        "rule": RULE,
        "definitions": DEFINITIONS,
        "everybody": disclosure.shown(shown[0].rows[-1].registrations) if shown else "",
        "with_equality": with_equality,
        "tables": [
            {
                "title": table.title,
                "header": [table.group, *({"text": head, "numeric": True} for head in HEADER)],
                "rows": [[row.name, *(disclosure.shown(figure) for figure in row.figures)] for row in table.rows],
            }
            for table in shown
        ],
    }


def csv_file(statistics: Statistics, *, with_equality: bool) -> bytes:
    """The tables as one CSV file in UTF-8 with a mark that spreadsheets know it by: what it is, then one line a row.

    Hidden counts are "c". No cell can begin a formula.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([TITLE])
    writer.writerow(["As at", long_datetime(statistics.as_at)])
    writer.writerow(["Rule", RULE])
    writer.writerow([])
    writer.writerow(["Measure", "Definition"])
    writer.writerows(map(_safe, DEFINITIONS))
    writer.writerow([])
    writer.writerow(["Table", "Group", *HEADER])
    for table in chosen(statistics, with_equality=with_equality):
        writer.writerows(_safe(_line(table, row)) for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def file_name(statistics: Statistics) -> str:
    """Like asye-statistics-2026-09-14.csv, by the London day it was counted."""
    return f"asye-statistics-{london(statistics.as_at):%Y-%m-%d}.csv"


def _line(table: Table, row: Row) -> list[str]:
    figures = [disclosure.HIDDEN if figure is None else str(figure) for figure in row.figures]
    return [table.title, row.name, *figures]


def _safe(cells: tuple[str, ...] | list[str]) -> list[str]:
    return [guarded(cell) for cell in cells]
