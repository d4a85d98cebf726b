"""Vendor numbers under which more than one employer is paid."""

from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count

from payments.models import Payee, SharedNumber


@dataclass(frozen=True)
class Shared:
    """Two employers' details in use under one number, the older first, and what was said of it, if anything was."""

    one: Payee
    two: Payee
    said: SharedNumber | None

    @property
    def is_right(self) -> bool:
        """Whether two people have said so; until then nothing is paid to either."""
        return self.said is not None and self.said.confirmed_at is not None


def shared_numbers() -> list[Shared]:
    """Every two employers that are paid under one number, by number: two queries."""
    in_use = Payee.objects.filter(verified_at__isnull=False, ended_at__isnull=True)
    often = in_use.values("vendor_number").annotate(times=Count("pk")).filter(times__gt=1).order_by()
    found = in_use.filter(vendor_number__in=often.values("vendor_number")).select_related("employer")
    groups: dict[str, list[Payee]] = {}
    for payee in found.order_by("vendor_number", "pk"):
        groups.setdefault(payee.vendor_number, []).append(payee)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    people = ("explained_by", "confirmed_by")
    stands = SharedNumber.objects.filter(refused_at__isnull=True)
    rows = stands.filter(one__in=[one.pk for one, _ in pairs]).select_related(*people)
    said = {(row.one_id, row.two_id): row for row in rows}
    return [Shared(one, two, said.get((one.pk, two.pk))) for one, two in pairs]


def turned_down(one: Payee, other: Payee) -> list[SharedNumber]:
    """What was said of two employers' details and turned down, the newest first."""
    both = [one.pk, other.pk]
    said = SharedNumber.objects.filter(one__in=both, two__in=both, refused_at__isnull=False)
    return list(said.select_related("refused_by").order_by("-pk"))


def others_with_number(payee: Payee) -> list[Payee]:
    """Details of other employers, proposed or in use, under the same number."""
    held = Payee.objects.filter(vendor_number=payee.vendor_number, refused_at__isnull=True, ended_at__isnull=True)
    return list(held.exclude(employer=payee.employer_id).select_related("employer").order_by("pk"))
