"""The one door through which a record's state changes."""

from datetime import datetime

from accounts.models import User
from assessments.models import Record, Transition
from assessments.rules import check_can_move
from assessments.states import RecordState
from asye.refusals import Refused


def move(
    record: Record, to: RecordState, *, by: User, now: datetime, reason: str = "", about_field: str = ""
) -> Transition:
    """Moves a record its caller has locked: writes the transition and the state it leads to. Raises Refused."""
    check_can_move(record.state, to)
    if record.current_revision is None:
        raise Refused("Nothing has been put into this record yet.")
    last = record.transitions.order_by("-number").values_list("number", flat=True).first() or 0
    made = Transition.objects.create(
        record=record,
        number=last + 1,
        from_state=record.state,
        to_state=to,
        revision=record.current_revision,
        by=by,
        reason=reason,
        about_field=about_field,
        at=now,
    )
    record.state = to
    record.version += 1
    record.save(update_fields=["state", "version", "current_revision"])
    return made
