"""Letters and what became of them: read from what GOV.UK Notify reported, never stored beside it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts import roles
from accounts.models import Invitation, Membership, Notice, Receipt, User
from accounts.queries import coordinated, holding, invitations_open
from accounts.states import CAME_BACK, NOT_DELIVERED, Delivery
from accounts.waiting import Kind, lines, name_of


def letters() -> QuerySet[Notice]:
    """Every message, newest first, each with the last that was reported of it: `fate` and `fate_at`, or None."""
    last = Receipt.objects.filter(notice=OuterRef("pk")).order_by("-completed_at", "-id")
    return Notice.objects.annotate(  # type: ignore[no-redef]  # the model says what is read here
        fate=Subquery(last.values("status")[:1]), fate_at=Subquery(last.values("completed_at")[:1])
    )


def letter_of(invitation: Invitation) -> Notice | None:
    """The letter that carries the link of an invitation."""
    return letters().filter(user=invitation.user_id, kind="accounts.invited", created_at=invitation.sent_at).first()


def not_delivered() -> QuerySet[Receipt]:
    """Reports of letters that did not arrive, newest first; `mended` where a later one to the address did."""
    return (
        Receipt.objects.filter(status__in=NOT_DELIVERED)
        .annotate(mended=Exists(_arrived_later()))
        .select_related("notice")
        .defer("notice__body")
        .order_by("-completed_at", "-id")
    )


def comes_back(address: str) -> Exists:
    """Whether letters to the address in this column come back: one did, and none has arrived there since."""
    return Exists(_unmended().filter(notice__to_email=OuterRef(address)))


def why_they_come_back(addresses: Iterable[str]) -> dict[str, Delivery]:
    """Those of the addresses to which letters come back, with why the last one did."""
    found = _unmended().filter(notice__to_email__in=set(addresses)).order_by("completed_at", "id")
    return {address: Delivery(status) for address, status in found.values_list("notice__to_email", "status")}


def _unmended() -> QuerySet[Receipt]:
    return Receipt.objects.filter(~Exists(_arrived_later()), status__in=CAME_BACK)


def _arrived_later() -> QuerySet[Receipt]:
    return Receipt.objects.filter(
        status=Delivery.DELIVERED,
        notice__to_email=OuterRef("notice__to_email"),
        completed_at__gt=OuterRef("completed_at"),
    )


def _of_employers(user: User, on: date) -> QuerySet[Any, Any]:
    """People with a role at my employers."""
    held = Membership.objects.live(on).filter(comes_back("user__email"), employer__in=coordinated(user, on))
    return lines(held.distinct("user", "employer"), at="employer_id", about=name_of("user"))


def _invited(user: User, on: date) -> QuerySet[Any, Any]:
    """People my employers invited and whom the link never reached. Their name is not told: only the address was."""
    sent = invitations_open().filter(comes_back("user__email"), employer__in=coordinated(user, on))
    return lines(sent, about="user__email")


def _of_dfe(user: User, on: date) -> QuerySet[Any, Any]:
    """People with a role at the Department."""
    of_dfe = Membership.objects.live(on).filter(comes_back("user__email"), role__in=roles.OF_DFE)
    mine = of_dfe.filter(Exists(holding(user, on, roles.ADMINISTRATOR)))
    return lines(mine.distinct("user"), at="user_id", about=name_of("user"))


ASK: Final = "Ask for another email address: letters come back"
FOR_PERSON: Final = (
    Kind(ASK, "people_of", frozenset({roles.COORDINATOR}), _of_employers),
    Kind(ASK, "person", frozenset({roles.ADMINISTRATOR}), _of_dfe),
    Kind(
        "Check an email address: the invitation came back", "invitation_sent", frozenset({roles.COORDINATOR}), _invited
    ),
)
