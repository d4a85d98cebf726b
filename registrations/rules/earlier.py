"""Earlier records: who may confirm a file, whatever their role."""

from typing import TYPE_CHECKING

from asye.refusals import Refused
from registrations.states import EarlierKind

if TYPE_CHECKING:
    from registrations.models import EarlierFile

YOURS = "You sent in this file, so somebody else has to confirm it."


def check_can_take(file: "EarlierFile", human_id: int) -> None:
    """Past payments are confirmed by another human than the one who sent them in."""
    if file.kind == EarlierKind.PAYMENTS and human_id in (file.uploaded_human_id, file.uploaded_by.human_id):
        raise Refused(YOURS)


def can_take(file: "EarlierFile", human_id: int) -> bool:
    """Whether `check_can_take` would let this human pass."""
    return file.kind != EarlierKind.PAYMENTS or human_id not in (file.uploaded_human_id, file.uploaded_by.human_id)
