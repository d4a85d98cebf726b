"""Three employers under one vendor number: of two of them it was said why, and waits to be confirmed."""

from datetime import datetime

from accounts.models import User
from accounts.services.employers import create_employer
from accounts.states import EmployerKind, Region
from asye.clock import london_date
from payments.models import Payee
from payments.queries.contacts import contacts_for
from payments.services import payees, sharing

NAMES = ("Hilltop Trust", "Hilltop Children’s Trust", "Hilltop and Lowmoor Trust")


def three_under_one_number(by_name: dict[str, User], now: datetime) -> dict[str, dict[str, int | str]]:
    """Their ids, by what they are in the scene."""
    omar, priya, winston = (by_name[name] for name in ("Omar Haddad", "Priya Nair", "Winston Hale"))
    on = london_date(now)

    def paid_under(name: str, phone: str) -> Payee:
        kind, region = EmployerKind.CHILDRENS_TRUST, Region.NORTH_WEST
        employer = create_employer(name, kind, region, phone=phone, by=winston, now=now)
        proposed = payees.propose(employer, "V777003", by=omar, now=now)
        contact = contacts_for(proposed, priya, on)[0].key
        return payees.verify(
            proposed, contact=contact, spoke_to="Clerk", called_back_on=on, note="They read it out.", by=priya, now=now
        )

    one, two, three = (paid_under(name, f"01632 96000{number}") for number, name in enumerate(NAMES))
    said = sharing.explain(one, two, "One runs the payroll of the other.", by=omar, now=now)
    return {"shared pair": {"pk": one.pk, "other": three.pk}, "shared number": {"pk": said.pk}}
