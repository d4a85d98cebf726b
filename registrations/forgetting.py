"""What jobs of registrations forget by the clock."""

from typing import Final

from accounts.forgetting import Kind
from registrations.services import bulk, earlier

FORGOTTEN: Final = (
    Kind(
        "registrations.purge_files",
        "What files with many registrations say",
        "30 days",
        "uploaded_at",
        bulk.due,
        at_once=bulk.AT_ONCE,
    ),
    Kind(
        "registrations.purge_earlier",
        "What files of records from before this service say",
        "30 days",
        "uploaded_at",
        earlier.due,
        held=earlier.held,
        because="Past payments in them wait to be confirmed: until then what is owed for those people is held up",
        at_once=earlier.AT_ONCE,
    ),
)
