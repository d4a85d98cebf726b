"""Nobody is called back about details that they proposed themselves under another account.

`payments_payee_called` compared the person who is called with who proposed as an account stood then. Two accounts may
have turned out to be one human since: the proposer's account as it is now counts as well.
"""

from importlib import import_module

from django.db import migrations

as_before = import_module("payments.migrations.0007_recoveries").as_before

CALLED = as_before("0008_payees_in_full", "VERIFIED_ON_A_CONTACT_HELD_BEFORE", "payments_payee_called")
AS_THEN = "AND u.human_id <> NEW.proposed_human_id AND u.human_id IS DISTINCT FROM NEW.verified_human_id)"
AS_NOW = """AND u.human_id <> NEW.proposed_human_id AND u.human_id IS DISTINCT FROM NEW.verified_human_id
              AND u.human_id <> (SELECT human_id FROM accounts_user WHERE id = NEW.proposed_by_id))"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_taken_back_and_turned_down")]
    operations = [migrations.RunSQL(CALLED.replace(AS_THEN, AS_NOW), CALLED)]
