"""Evaluations are written once, a verdict changes after approval only as a caseworker decided, requests stay."""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

VERDICT_KEPT = migrations.RunSQL(
    """
    CREATE FUNCTION verdict_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'registered'
           AND (NEW.verdict, NEW.verdict_reasons, NEW.rule_version, NEW.eligibility_answers)
               IS DISTINCT FROM (OLD.verdict, OLD.verdict_reasons, OLD.rule_version, OLD.eligibility_answers)
           AND NOT EXISTS (
               SELECT FROM registrations_changedverdict c
               JOIN registrations_evaluation e ON e.id = c.evaluation_id
               WHERE c.taken AND e.registration_id = NEW.id AND e.verdict = NEW.verdict
                 AND e.reasons = NEW.verdict_reasons AND e.rule_version = NEW.rule_version
                 AND NEW.eligibility_answers = OLD.eligibility_answers) THEN
            RAISE EXCEPTION 'the verdict of an approved registration cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER verdict_kept BEFORE UPDATE ON registrations_registration
        FOR EACH ROW EXECUTE FUNCTION verdict_kept();
    """,
    """
    DROP TRIGGER verdict_kept ON registrations_registration;
    DROP FUNCTION verdict_kept();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0010_person_and_verdicts")]
    operations = [
        append_only("registrations_evaluation", lockable=True),
        append_only("registrations_changedverdict"),
        VERDICT_KEPT,
        never_deleted("registrations_factrequest"),
        frozen_columns(
            "registrations_factrequest",
            *("nqsw_id", "registration_id", "field", "was", "wanted", "because", "asked_at"),
        ),
        frozen_columns("registrations_factrequest", "accepted", "answered_by_id", "answered_at", unless_null=True),
        never_deleted("registrations_addressproof"),
        frozen_columns("registrations_addressproof", "nqsw_id", "email", "token_hash", "asked_at", "expires_at"),
        frozen_columns("registrations_addressproof", "used_at", "revoked_at", unless_null=True),
        never_deleted("registrations_adjustmentreader"),
        frozen_columns("registrations_adjustmentreader", "nqsw_id", "user_id", "since"),
        frozen_columns("registrations_adjustmentreader", "until", unless_null=True),
    ]
