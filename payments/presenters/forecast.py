"""The words and rows of the forecast."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from asye.dates import MONTHS
from asye.money import pounds
from asye.ui.links import link
from payments.queries.forecast import WHAT, Month, Year


def _numbers(*names: str) -> list[dict[str, Any]]:
    return [{"text": name, "numeric": True} for name in names]


MONEY = _numbers("Paid", "In batches", "Owed", "Expected", "Together")
YEARS = ["Financial year", *_numbers("Budget"), *MONEY, *_numbers("Left")]
OF_MONTHS = ["Due in", *MONEY]
NO_BUDGET = "Not set up"


def year_rows(years: Iterable[Year]) -> list[list[Any]]:
    """One row a financial year; its name leads to its months."""
    return [
        [
            link(f"{reverse('forecast')}?year={year.code}", year.code, "by month"),
            NO_BUDGET if year.budget_pence is None else pounds(year.budget_pence),
            *(pounds(year.pence(what)) for what in WHAT),
            pounds(year.total_pence),
            NO_BUDGET if year.left_pence is None else pounds(year.left_pence),
        ]
        for year in years
    ]


def month_rows(year: Year) -> list[list[Any]]:
    """One row for each of the twelve months of a year and one for all of them; each sum with its number of payments."""
    rows = [[f"{MONTHS[month.first.month - 1]} {month.first.year}", *_of_month(month)] for month in year.months]
    sums = [pounds(year.pence(what)) for what in WHAT]
    return [*rows, [f"All of {year.code}", *sums, pounds(year.total_pence)]]


def _of_month(month: Month) -> list[str]:
    cells = [f"{pounds(month.pence[what])} ({month.count[what]:,})" if month.count[what] else "None" for what in WHAT]
    return [*cells, pounds(month.total_pence)]


def warnings(years: Iterable[Year]) -> list[str]:
    """A sentence for each year that comes to more than its budget."""
    return [
        f"The budget of {year.code} is exceeded: what is paid, in batches, owed and expected comes to "
        f"{pounds(year.total_pence)}, which is {pounds(-(year.left_pence or 0))} more than the budget of "
        f"{pounds(year.budget_pence or 0)}."
        for year in years
        if year.is_over
    ]
