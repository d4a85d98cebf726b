"""What only the NQSW writes: equality answers, and the name on the certificate."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from asye.refusals import Refused
from registrations import equality
from registrations.models import NQSW, EqualityAnswers
from registrations.permissions import check_is_self


@transaction.atomic
def save(nqsw: NQSW, answers: Mapping[str, str], *, by: User, now: datetime) -> EqualityAnswers:
    """Keeps the answers by the keys of registrations.equality, instead of those before; one that is missing or ""
    means not answered. What stood beneath an answer that is another now is forgotten.

    The audit trail says that answers were given and not which. Raises NotAllowed, or Refused (with the field).
    """
    under = check_is_self(by, nqsw)
    kept = equality.counting(answers)
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=nqsw.pk)
    found, _ = EqualityAnswers.objects.update_or_create(
        nqsw=nqsw, defaults={"answers": kept, "list_version": equality.LIST_VERSION, "answered_at": now}
    )
    audit.record("registrations.answer_equality", nqsw, by=by, now=now, under=under)
    return found


@transaction.atomic
def choose_certificate_name(nqsw: NQSW, name: str, *, by: User, now: datetime) -> NQSW:
    """The name a certificate is made out to; empty means first and last name. Raises NotAllowed or Refused."""
    under = check_is_self(by, nqsw)
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=nqsw.pk)
    wanted = " ".join(name.split())
    if len(wanted) > 200:
        raise Refused("The name on your certificate must be 200 characters or fewer", field="certificate_name")
    nqsw.certificate_name = wanted
    nqsw.save(update_fields=["certificate_name"])
    audit.record("registrations.choose_certificate_name", nqsw, by=by, now=now, under=under)
    return nqsw
