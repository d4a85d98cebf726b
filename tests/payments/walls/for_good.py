"""What is written for good: changing it, deleting it, emptying its table; as the owner and by a right given back."""

from tests.payments.walls.attempt import run

TABLES = ("batch", "batchhand", "entitlement", "grantyear", "hold", "ledgerentry", "line", "payee", "payerfile")
TABLES += ("payerresponse", "recovery", "recoverypart", "responserow", "seal", "sharednumber", "partreversal")
APPEND_ONLY = ("batchhand", "hold", "ledgerentry", "payerfile", "payerresponse", "recoverypart", "responserow", "seal")
TOUCHED = {"batchhand": "at = now()", "hold": "reason = 'x'", "ledgerentry": "entered_at = now()"}
TOUCHED |= {"payerfile": "name = 'x'", "payerresponse": "imported_at = now()", "seal": "digest = 'x'"}
TOUCHED |= {"recoverypart": "amount_pence = 2 * amount_pence", "responserow": "happened_on = '2020-01-01'"}
UNUSED = {  # a row of the table that nothing refers to, or how one comes to be there
    "batchhand": ("human_id = {udo_human}", [("hand", {})]),
    "hold": ("id = {hold}", []),
    "ledgerentry": ("event = 'paid' AND line_id = {paid_line}", []),
    "payerfile": ("batch_id = {ready}", []),
    "payerresponse": ("id = 900", [("response", {"id": 900})]),
    "responserow": ("line_id = {paid_line}", []),
    "seal": ("id = 900", [("seal", {"id": 900})]),
    "batch": ("id = 900", [("batch", {"id": 900})]),
    "entitlement": ("id = {elsewhere}", []),
    "grantyear": ("id = 900", [("year", {"id": 900})]),
    "payee": ("id = {proposed}", []),
    "recovery": ("id = {proposed_recovery}", []),
    "recoverypart": ("id = {part}", []),
    "sharednumber": ("id = {shared}", []),
    "partreversal": ("id = {refused_reversal}", []),
}
FOR_GOOD = [
    *[run(f"payments_{table}.append_only", f"UPDATE payments_{table} SET {TOUCHED[table]}") for table in APPEND_ONLY],
    *[run(f"payments_{table}.append_only", f"DELETE FROM payments_{table} WHERE {UNUSED[table][0]}", *UNUSED[table][1])
      for table in APPEND_ONLY],
    *[run(f"payments_{table}.never_deleted", f"DELETE FROM payments_{table} WHERE {which}", *first)
      for table, (which, first) in UNUSED.items() if table not in APPEND_ONLY],
    *[run(f"payments_{table} UPDATE", f"UPDATE payments_{table} SET {TOUCHED[table]}") for table in APPEND_ONLY],
    *[run(f"payments_{table} DELETE", f"DELETE FROM payments_{table} WHERE {UNUSED[table][0]}", *UNUSED[table][1])
      for table in UNUSED],
    *[run(f"payments_{table} TRUNCATE", f"TRUNCATE payments_{table} CASCADE") for table in TABLES],
    *[run(f"payments_{table}.append_only_truncate", f"TRUNCATE payments_{table} CASCADE") for table in APPEND_ONLY],
    *[run(f"payments_{table}.never_truncated", f"TRUNCATE payments_{table} CASCADE") for table in TABLES
      if table not in APPEND_ONLY],
]  # fmt: skip
