"""What counted as recovered stands again unless another payment to the same person stands, and a contact whose role has
ended is not called back. docs/adr/0020-recoveries.md and 0021-payees-and-forecast.md give the reasons.

`payments_line_frozen` refused for ever once another line had been made in the slot, also where that was cancelled or
rejected since; and it looked at one slot, though two records of a person have two. `payments_payee_called` asked when
the role of who is called began, and not whether it has ended. Both functions are written anew.
"""

from importlib import import_module

from django.db import migrations

as_before = import_module("payments.migrations.0010_taken_back_and_turned_down").as_before

FROZEN = as_before("0012_returned_net", "RETURNED_IS_NOT_BACK", "payments_line_frozen")
ANY_LINE = """AND EXISTS (
            SELECT FROM payments_line WHERE slot_id = NEW.slot_id AND kind = 'payment' AND id > NEW.id) THEN"""
ONE_THAT_STANDS = """AND EXISTS (
            SELECT FROM payments_entitlement own JOIN registrations_nqsw who ON who.id = own.person_id
            JOIN registrations_nqsw n ON n.id = COALESCE(who.merged_into_id, who.id)
                OR n.merged_into_id = COALESCE(who.merged_into_id, who.id)
            JOIN payments_entitlement e ON e.person_id = n.id
            JOIN payments_line l ON l.slot_id = e.id AND l.kind = 'payment' AND l.closed_as IS NULL
            WHERE own.id = NEW.slot_id AND l.milestone = NEW.milestone AND l.made_at >= OLD.closed_at) THEN"""

CALLED = import_module("payments.migrations.0011_called_is_not_who_proposed")
CALLED_BEFORE = CALLED.CALLED.replace(CALLED.AS_THEN, CALLED.AS_NOW)
HELD_THEN = "AND m.starts_on <= (NEW.proposed_at AT TIME ZONE 'Europe/London')::date"
HELD_STILL = f"""{HELD_THEN}
              AND (m.ends_on IS NULL OR m.ends_on > day) AND u.is_active"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_returned_net")]
    operations = [
        migrations.RunSQL(FROZEN.replace(ANY_LINE, ONE_THAT_STANDS), FROZEN),
        migrations.RunSQL(CALLED_BEFORE.replace(HELD_THEN, HELD_STILL), CALLED_BEFORE),
    ]
