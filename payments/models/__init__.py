"""Grant years, slots, payees, batches and their lines, files, responses and the ledger.

Written by payments.services only. Composite foreign keys and triggers stand in migrations/0002_walls.py and later ones.
"""

from payments.models.batches import Batch, BatchHand, Line
from payments.models.files import PayerFile, PayerResponse, ResponseRow
from payments.models.grants import Entitlement, GrantYear, Hold, Payee, SharedNumber
from payments.models.ledger import LedgerEntry, Seal
from payments.models.recoveries import PartReversal, Recovery, RecoveryPart

__all__ = [
    "Batch",
    "BatchHand",
    "Entitlement",
    "GrantYear",
    "Hold",
    "LedgerEntry",
    "Line",
    "PartReversal",
    "Payee",
    "PayerFile",
    "PayerResponse",
    "Recovery",
    "RecoveryPart",
    "ResponseRow",
    "Seal",
    "SharedNumber",
]
