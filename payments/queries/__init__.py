"""Reads of the money with two callers or more."""

from payments.queries.owed import owed
from payments.queries.statements import statement
from payments.queries.waiting import waiting_for, waits_on

__all__ = ["owed", "statement", "waiting_for", "waits_on"]
