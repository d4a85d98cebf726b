"""Reads of the money with two callers or more."""

from payments.queries.forecast import forecast, over_budget, year_begins
from payments.queries.owed import owed
from payments.queries.statements import statement
from payments.queries.waiting import waiting_for, waits_on

__all__ = ["forecast", "over_budget", "owed", "statement", "waiting_for", "waits_on", "year_begins"]
