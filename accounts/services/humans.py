"""Two accounts that turn out to be one human being."""

from datetime import datetime

from django.db import transaction

from accounts.models import User


@transaction.atomic
def join(account: User, into: User, *, now: datetime) -> None:
    """Every account of the human behind `account` becomes one of the human behind `into`: rules that ask for two
    people take them for one from now on. The caller has asked whether it may be done, and records it."""
    User.objects.filter(human=account.human_id).update(human=into.human_id)
