"""What forbids a row of earlier records, whatever its kind."""

from collections.abc import Mapping, Sequence
from datetime import date

from assessments.earlier import KnownOutcomes
from payments.earlier.past import KnownPayments
from registrations.earlier.checks import KnownEmployers, KnownPeople, mark_known
from registrations.earlier.entries import Entry
from registrations.models import EarlierFile
from registrations.states import EarlierKind

Known = KnownEmployers | KnownPeople | KnownOutcomes | KnownPayments


def check(
    entries: Sequence[Entry], headings: Mapping[str, str], file: EarlierFile, *, on: date, seen: dict[object, int]
) -> Known:
    """Marks the rows that were taken over before and adds to each other what forbids it; answers what was looked up.

    `on` is today. `seen` is handed from one part of a file to the next.
    """
    mark_known(entries, headings, file)
    fresh = [each for each in entries if not each.is_known]
    known = _known(fresh, file, on, seen)
    known.check(fresh, headings)
    return known


def _known(entries: Sequence[Entry], file: EarlierFile, on: date, seen: dict[object, int]) -> Known:
    match EarlierKind(file.kind):
        case EarlierKind.EMPLOYERS:
            return KnownEmployers(entries)
        case EarlierKind.PEOPLE:
            return KnownPeople(entries, file, on, seen)
        case EarlierKind.OUTCOMES:
            return KnownOutcomes(entries, file, on, seen)
        case EarlierKind.PAYMENTS:
            return KnownPayments(entries, file, seen)
