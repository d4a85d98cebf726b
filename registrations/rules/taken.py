"""Why a person or an address is not free: the same words on the web, in a file and in the API.

None of them says where the person is registered, or under whom.
"""

from typing import Final

LIVE_ELSEWHERE: Final = (
    "A person with this Social Work England number is already registered. One person can have only one registration "
    "at a time. Check the number. If it is right, contact us."
)
HAS_OUTCOME: Final = (
    "This person already has an outcome of an ASYE, so they cannot be registered again. Check the number. "
    "If it is right, contact us."
)
SAY_FAILED: Final = (
    "This person failed an ASYE before, and a caseworker has allowed a second attempt. Answer that they have failed one"
)
WITHIN_EARLIER: Final = (
    "The date their ASYE starts falls within an earlier registration of this person. Enter a later date"
)
OTHER_NUMBER: Final = "A row further up is about the same person, who has both numbers here."
EMAIL_OF_ANOTHER: Final = "This email address belongs to another NQSW. Enter this person's own"
ASSESSOR_IS_NQSW: Final = "The assessor and the NQSW cannot be the same person"
AT_THIS_MOMENT: Final = (
    "Somebody else is registering a person with this Social Work England number at this moment. Wait a minute and try "
    "again."
)
