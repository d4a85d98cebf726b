"""What Django cannot say of employers: a role is held once at a time, published terms never change and are published
by somebody who did not write them, and whoever accepts them held the role they say."""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

ONE_ROLE_AT_A_TIME = migrations.RunSQL(
    """
    ALTER TABLE accounts_membership ADD CONSTRAINT membership_no_overlap
        EXCLUDE USING gist (
            user_id WITH =, role WITH =, (COALESCE(employer_id, 0)) WITH =, daterange(starts_on, ends_on, '[)') WITH &&
        );
    """,
    "ALTER TABLE accounts_membership DROP CONSTRAINT membership_no_overlap;",
)

TERMS = migrations.RunSQL(
    """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE accounts_grantterms ADD CONSTRAINT terms_publisher_has_the_hand
        FOREIGN KEY (id, published_human_id, published_hand) REFERENCES accounts_termshand (terms_id, human_id, hand);
    CREATE FUNCTION terms_hand_human() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND human_id = NEW.human_id) THEN
            RAISE EXCEPTION 'the hand is not that person''s' USING ERRCODE = '23503';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER human BEFORE INSERT ON accounts_termshand FOR EACH ROW EXECUTE FUNCTION terms_hand_human();
    CREATE FUNCTION terms_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.published_at IS NOT NULL THEN
                RAISE EXCEPTION 'terms begin as a draft' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.published_at IS NOT NULL AND OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION 'published terms cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF OLD.version <> NEW.version OR OLD.drafted_by_id <> NEW.drafted_by_id THEN
            RAISE EXCEPTION 'what a version of the terms is cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF NEW.published_at IS NOT NULL AND NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
            RAISE EXCEPTION 'the digest is not that of the text' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER frozen BEFORE INSERT OR UPDATE ON accounts_grantterms
        FOR EACH ROW EXECUTE FUNCTION terms_frozen();
    """,
    """
    DROP TRIGGER frozen ON accounts_grantterms;
    DROP FUNCTION terms_frozen();
    DROP TRIGGER human ON accounts_termshand;
    DROP FUNCTION terms_hand_human();
    ALTER TABLE accounts_grantterms DROP CONSTRAINT terms_publisher_has_the_hand;
    """,
)

ACCEPTED_AS_IT_STOOD = migrations.RunSQL(
    """
    ALTER TABLE accounts_termsacceptance
        ADD CONSTRAINT acceptance_of_these_words
        FOREIGN KEY (terms_id, sha256) REFERENCES accounts_grantterms (id, sha256),
        ADD CONSTRAINT acceptance_under_own_role
        FOREIGN KEY (membership_id, accepted_by_id, employer_id)
        REFERENCES accounts_membership (id, user_id, employer_id);
    """,
    """
    ALTER TABLE accounts_termsacceptance
        DROP CONSTRAINT acceptance_of_these_words, DROP CONSTRAINT acceptance_under_own_role;
    """,
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_employers")]
    operations = [
        ONE_ROLE_AT_A_TIME,
        TERMS,
        ACCEPTED_AS_IT_STOOD,
        append_only("accounts_formerdetails"),
        append_only("accounts_termshand"),
        append_only("accounts_termsacceptance"),
        never_deleted("accounts_grantterms"),
        frozen_columns(
            "accounts_employerrequest", "name", "kind", "local_authority_id", "region", "first_name", "last_name",
            "email", "job_title", "phone", "token_hash", "asked_at", "expires_at",
        ),
        frozen_columns(
            "accounts_employerrequest", "confirmed_at", "decided_at", "decided_by_id", "employer_id", unless_null=True
        ),
    ]  # fmt: skip
