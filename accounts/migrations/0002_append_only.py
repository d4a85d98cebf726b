from django.db import migrations

from asye.sql import REFUSE_FUNCTION, append_only, frozen_columns, never_deleted

ERASE = migrations.RunSQL(
    """
    CREATE FUNCTION audit_detail_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.words IS NULL
           AND NEW.event_id = OLD.event_id AND NEW.salt = OLD.salt THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'accounts_auditdetail can only be erased: % refused', TG_OP USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON accounts_auditdetail
        FOR EACH ROW EXECUTE FUNCTION audit_detail_guard();
    CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON accounts_auditdetail
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditdetail FROM asye_app;
    CREATE FUNCTION erase_audit_detail(which bigint, at timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
        UPDATE accounts_auditdetail SET words = NULL, erased_at = at WHERE event_id = which AND erased_at IS NULL
    $$;
    """,
    """
    DROP FUNCTION erase_audit_detail(bigint, timestamptz);
    DROP TRIGGER guard ON accounts_auditdetail;
    DROP TRIGGER guard_truncate ON accounts_auditdetail;
    DROP FUNCTION audit_detail_guard();
    GRANT UPDATE, DELETE ON accounts_auditdetail TO asye_app;
    """,
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        REFUSE_FUNCTION,
        append_only("accounts_auditevent"),
        ERASE,
        append_only("accounts_sensitiveread"),
        append_only("accounts_jobrun"),
        never_deleted("accounts_human"),
        never_deleted("accounts_user"),
        never_deleted("accounts_membership"),
        never_deleted("accounts_invitation"),
        never_deleted("accounts_employer"),
        frozen_columns("accounts_membership", "user_id", "role", "employer_id", "starts_on"),
        frozen_columns(
            "accounts_invitation", "user_id", "role", "employer_id", "token_hash", "sent_by_id", "sent_at", "expires_at"
        ),
        frozen_columns("accounts_invitation", "accepted_at", "revoked_at", unless_null=True),
    ]
