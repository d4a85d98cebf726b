"""What Django cannot say: the walls around the money. docs/adr/0007-ledger.md gives the reasons.

Foreign keys of several columns name the whole fact they lean on, all NOT NULL. Triggers hold what needs a look at
other rows; each takes the lock it needs itself, for a foreign key's own lock lets a line slip into a batch that is
just being approved.
"""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

BELONGS_TOGETHER = migrations.RunSQL(
    """
    ALTER TABLE payments_entitlement ADD CONSTRAINT slot_referable UNIQUE (id, milestone, open);
    ALTER TABLE payments_payee ADD CONSTRAINT payee_referable UNIQUE (id, employer_id, verified);
    ALTER TABLE payments_line
        ADD CONSTRAINT line_slot_is_open FOREIGN KEY (slot_id, milestone, slot_open)
            REFERENCES payments_entitlement (id, milestone, open),
        ADD CONSTRAINT line_payee_is_verified FOREIGN KEY (payee_id, employer_id, payee_verified)
            REFERENCES payments_payee (id, employer_id, verified),
        ADD CONSTRAINT line_year_is_registrations FOREIGN KEY (registration_id, programme_year_id)
            REFERENCES registrations_registration (id, programme_year_id),
        ADD CONSTRAINT line_rate_is_the_years FOREIGN KEY (programme_year_id, milestone, rate_pence)
            REFERENCES registrations_milestoneamount (programme_year_id, milestone, amount_pence),
        ADD CONSTRAINT line_outcome_is_registrations FOREIGN KEY (outcome_id, registration_id, outcome_result)
            REFERENCES assessments_outcome (id, registration_id, result),
        ADD CONSTRAINT line_follows_its_slot FOREIGN KEY (follows_id, slot_id)
            REFERENCES payments_line (id, slot_id),
        ADD CONSTRAINT line_recovers_its_slot FOREIGN KEY (recovers_id, slot_id)
            REFERENCES payments_line (id, slot_id);
    ALTER TABLE payments_batch
        ADD CONSTRAINT batch_approver_has_the_hand FOREIGN KEY (id, approved_human_id, approved_hand)
            REFERENCES payments_batchhand (batch_id, human_id, hand);
    ALTER TABLE payments_responserow
        ADD CONSTRAINT row_of_its_response FOREIGN KEY (response_id, batch_id)
            REFERENCES payments_payerresponse (id, batch_id),
        ADD CONSTRAINT row_amount_is_the_lines FOREIGN KEY (line_id, batch_id, amount_pence)
            REFERENCES payments_line (id, batch_id, amount_pence);
    ALTER TABLE payments_ledgerentry
        ADD CONSTRAINT entry_amount_is_the_lines FOREIGN KEY (line_id, batch_id, pence)
            REFERENCES payments_line (id, batch_id, amount_pence),
        ADD CONSTRAINT entry_of_its_seal FOREIGN KEY (seal_id, batch_id) REFERENCES payments_seal (id, batch_id);
    """,
    """
    ALTER TABLE payments_ledgerentry DROP CONSTRAINT entry_amount_is_the_lines, DROP CONSTRAINT entry_of_its_seal;
    ALTER TABLE payments_responserow DROP CONSTRAINT row_of_its_response, DROP CONSTRAINT row_amount_is_the_lines;
    ALTER TABLE payments_batch DROP CONSTRAINT batch_approver_has_the_hand;
    ALTER TABLE payments_line
        DROP CONSTRAINT line_slot_is_open, DROP CONSTRAINT line_payee_is_verified,
        DROP CONSTRAINT line_year_is_registrations, DROP CONSTRAINT line_rate_is_the_years,
        DROP CONSTRAINT line_outcome_is_registrations, DROP CONSTRAINT line_follows_its_slot,
        DROP CONSTRAINT line_recovers_its_slot;
    ALTER TABLE payments_payee DROP CONSTRAINT payee_referable;
    ALTER TABLE payments_entitlement DROP CONSTRAINT slot_referable;
    """,
)

LINE_STANDS_IN_A_DRAFT = migrations.RunSQL(
    """
    CREATE FUNCTION payments_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        batch_state text;
    BEGIN
        SELECT state INTO batch_state FROM payments_batch
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.batch_id ELSE NEW.batch_id END FOR SHARE;
        IF TG_OP IN ('INSERT', 'DELETE') THEN
            IF batch_state IS DISTINCT FROM 'draft' THEN
                RAISE EXCEPTION 'a line cannot be added to or taken out of a batch that is %', batch_state
                    USING ERRCODE = '23001';
            END IF;
            IF TG_OP = 'INSERT' AND NEW.closed_as IS NOT NULL THEN
                RAISE EXCEPTION 'a line is not born closed' USING ERRCODE = '23001';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF OLD.closed_as IS NOT NULL
           OR to_jsonb(NEW) - '{closed_as,closed_because,closed_at}'::text[]
              IS DISTINCT FROM to_jsonb(OLD) - '{closed_as,closed_because,closed_at}'::text[] THEN
            RAISE EXCEPTION 'a line cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF NEW.closed_as = 'cancelled' AND batch_state <> 'cancelled'
           OR NEW.closed_as <> 'cancelled' AND batch_state <> 'approved' THEN
            RAISE EXCEPTION 'a line of a batch that is % cannot be closed as %', batch_state, NEW.closed_as
                USING ERRCODE = '23001';
        END IF;
        IF NEW.closed_as = 'recovered' AND NEW.amount_pence IS DISTINCT FROM
           (SELECT sum(amount_pence) FROM payments_line WHERE recovers_id = NEW.id AND closed_as IS NULL) THEN
            RAISE EXCEPTION 'a line is recovered only when all of it is' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON payments_line
        FOR EACH ROW EXECUTE FUNCTION payments_line_frozen();
    CREATE TRIGGER never_truncated BEFORE TRUNCATE ON payments_line
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    REVOKE TRUNCATE ON payments_line FROM asye_app;
    """,
    """
    DROP TRIGGER never_truncated ON payments_line;
    DROP TRIGGER frozen ON payments_line;
    DROP FUNCTION payments_line_frozen();
    """,
)

LINE_IS_OF_ONE_PERSON = migrations.RunSQL(
    """
    CREATE FUNCTION payments_line_person() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        owner bigint;
        who bigint;
    BEGIN
        SELECT COALESCE(n.merged_into_id, n.id) INTO owner FROM payments_entitlement e
            JOIN registrations_nqsw n ON n.id = e.person_id WHERE e.id = NEW.slot_id;
        SELECT COALESCE(n.merged_into_id, n.id) INTO who FROM registrations_registration r
            JOIN registrations_nqsw n ON n.id = r.nqsw_id WHERE r.id = NEW.registration_id;
        IF owner IS DISTINCT FROM who THEN
            RAISE EXCEPTION 'the slot is another person''s' USING ERRCODE = '23503';
        END IF;
        IF NOT EXISTS (SELECT FROM registrations_placement
                       WHERE registration_id = NEW.registration_id AND employer_id = NEW.employer_id) THEN
            RAISE EXCEPTION 'the person was never placed with this employer' USING ERRCODE = '23503';
        END IF;
        PERFORM FROM payments_payee WHERE id = NEW.payee_id AND ended_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the payee details are no longer in use' USING ERRCODE = '23503';
        END IF;
        IF NEW.reason = 'completed' AND EXISTS (
            SELECT FROM assessments_outcome o JOIN registrations_programmeyear y ON y.id = NEW.programme_year_id
            WHERE o.id = NEW.outcome_id AND o.result = 'fail' AND y.on_fail <> 'pay') THEN
            RAISE EXCEPTION 'this programme year pays nothing after a fail' USING ERRCODE = '23503';
        END IF;
        IF NEW.kind = 'payment' AND EXISTS (SELECT FROM registrations_nqsw WHERE merged_into_id = who) THEN
            PERFORM FROM registrations_nqsw WHERE id = who FOR UPDATE;
            IF EXISTS (
                SELECT FROM payments_entitlement e JOIN registrations_nqsw n ON n.id = e.person_id
                LEFT JOIN payments_line l ON l.slot_id = e.id AND l.kind = 'payment' AND l.closed_as IS NULL
                WHERE COALESCE(n.merged_into_id, n.id) = who AND e.milestone = NEW.milestone
                  AND e.id <> NEW.slot_id AND (NOT e.open OR l.id IS NOT NULL)) THEN
                RAISE EXCEPTION 'this person has been paid under another record' USING ERRCODE = '23505';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER person BEFORE INSERT ON payments_line FOR EACH ROW EXECUTE FUNCTION payments_line_person();

    CREATE FUNCTION payments_slot_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM registrations_nqsw WHERE id = NEW.person_id AND merged_into_id IS NOT NULL) THEN
            RAISE EXCEPTION 'a slot is the surviving person''s' USING ERRCODE = '23503';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER person BEFORE INSERT ON payments_entitlement
        FOR EACH ROW EXECUTE FUNCTION payments_slot_person();
    """,
    """
    DROP TRIGGER person ON payments_entitlement;
    DROP FUNCTION payments_slot_person();
    DROP TRIGGER person ON payments_line;
    DROP FUNCTION payments_line_person();
    """,
)

RECOVERIES_ARE_CAPPED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_recovery_cap() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        paid payments_line;
        back bigint;
    BEGIN
        SELECT * INTO paid FROM payments_line WHERE id = NEW.recovers_id FOR UPDATE;
        IF paid.kind IS DISTINCT FROM 'payment' OR paid.closed_as IS NOT NULL
           OR NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = paid.id AND result = 'paid') THEN
            RAISE EXCEPTION 'only what was paid can be recovered' USING ERRCODE = '23503';
        END IF;
        SELECT COALESCE(sum(amount_pence), 0) INTO back FROM payments_line
            WHERE recovers_id = NEW.recovers_id AND closed_as IS NULL;
        IF back + NEW.amount_pence > paid.amount_pence THEN
            RAISE EXCEPTION 'more would be recovered than was paid' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER recovery_cap BEFORE INSERT ON payments_line
        FOR EACH ROW WHEN (NEW.kind = 'recovery') EXECUTE FUNCTION payments_recovery_cap();
    """,
    """
    DROP TRIGGER recovery_cap ON payments_line;
    DROP FUNCTION payments_recovery_cap();
    """,
)

BATCH_MOVES_AS_DECIDED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_batch_begins() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a batch begins as a draft' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER begins BEFORE INSERT ON payments_batch FOR EACH ROW EXECUTE FUNCTION payments_batch_begins();

    CREATE FUNCTION payments_batch_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        move text := OLD.state || '>' || NEW.state;
        handing text[] := '{handed_over_by_id,handed_over_at,version}';
        n bigint;
        total bigint;
    BEGIN
        IF move NOT IN ('draft>draft', 'draft>submitted', 'draft>cancelled', 'submitted>draft', 'submitted>approved',
                        'submitted>cancelled', 'approved>approved', 'approved>cancelled') THEN
            RAISE EXCEPTION 'a batch cannot go from % to %', OLD.state, NEW.state USING ERRCODE = '23001';
        END IF;
        IF (NEW.period, NEW.file_version, NEW.prepared_by_id, NEW.prepared_at)
           IS DISTINCT FROM (OLD.period, OLD.file_version, OLD.prepared_by_id, OLD.prepared_at) THEN
            RAISE EXCEPTION 'how a batch began cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF move = 'approved>approved' AND (OLD.handed_over_at IS NOT NULL OR NEW.handed_over_at IS NULL
           OR to_jsonb(NEW) - handing IS DISTINCT FROM to_jsonb(OLD) - handing) THEN
            RAISE EXCEPTION 'an approved batch can only be handed over, once' USING ERRCODE = '23001';
        END IF;
        IF NEW.handed_over_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM payments_payerfile WHERE batch_id = NEW.id) THEN
            RAISE EXCEPTION 'there is no file to hand over' USING ERRCODE = '23001';
        END IF;
        IF OLD.handed_over_at IS NOT NULL AND NEW.state = 'cancelled' THEN
            RAISE EXCEPTION 'a batch that was handed over cannot be cancelled' USING ERRCODE = '23001';
        END IF;
        IF OLD.state IN ('submitted', 'approved') AND NEW.state <> 'draft'
           AND (NEW.line_count, NEW.sum_pence, NEW.content_sha256, NEW.submitted_by_id, NEW.submitted_at)
           IS DISTINCT FROM (OLD.line_count, OLD.sum_pence, OLD.content_sha256, OLD.submitted_by_id, OLD.submitted_at)
        THEN
            RAISE EXCEPTION 'what was submitted cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF OLD.state = 'approved' AND (NEW.approved_by_id, NEW.approved_human_id, NEW.approved_at)
           IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_human_id, OLD.approved_at) THEN
            RAISE EXCEPTION 'who approved cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF move IN ('draft>submitted', 'submitted>approved') THEN
            SELECT count(*), COALESCE(sum(CASE kind WHEN 'payment' THEN amount_pence ELSE -amount_pence END), 0)
                INTO n, total FROM payments_line WHERE batch_id = NEW.id;
            IF (n, total) IS DISTINCT FROM (NEW.line_count::bigint, NEW.sum_pence) THEN
                RAISE EXCEPTION 'the batch has % lines of % pence', n, total USING ERRCODE = '23001';
            END IF;
            IF EXISTS (SELECT FROM payments_line l JOIN payments_payee p ON p.id = l.payee_id
                       WHERE l.batch_id = NEW.id AND p.ended_at IS NOT NULL) THEN
                RAISE EXCEPTION 'the payee details of a line are no longer in use' USING ERRCODE = '23001';
            END IF;
        END IF;
        IF move = 'submitted>approved' AND EXISTS (
            SELECT FROM accounts_user u WHERE u.human_id = NEW.approved_human_id AND (
                u.id IN (NEW.prepared_by_id, NEW.submitted_by_id)
                OR u.id IN (SELECT made_by_id FROM payments_line WHERE batch_id = NEW.id)
                OR u.id IN (SELECT user_id FROM payments_batchhand WHERE batch_id = NEW.id AND hand = 'maker'))) THEN
            RAISE EXCEPTION 'nobody approves what they made' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER moves BEFORE UPDATE ON payments_batch FOR EACH ROW EXECUTE FUNCTION payments_batch_moves();
    """,
    """
    DROP TRIGGER moves ON payments_batch;
    DROP FUNCTION payments_batch_moves();
    DROP TRIGGER begins ON payments_batch;
    DROP FUNCTION payments_batch_begins();
    """,
)

HUMANS_ARE_THE_USERS = migrations.RunSQL(
    """
    CREATE FUNCTION payments_hand_human() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND human_id = NEW.human_id) THEN
            RAISE EXCEPTION 'the hand is not that person''s' USING ERRCODE = '23503';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER human BEFORE INSERT ON payments_batchhand FOR EACH ROW EXECUTE FUNCTION payments_hand_human();

    CREATE FUNCTION payments_payee_human() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.proposed_by_id AND human_id = NEW.proposed_human_id)
           AND TG_OP = 'INSERT' THEN
            RAISE EXCEPTION 'the proposal is not that person''s' USING ERRCODE = '23503';
        END IF;
        IF NEW.verified_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.verified_by_id IS NULL) AND (
            NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.verified_by_id AND human_id = NEW.verified_human_id)
            OR EXISTS (SELECT FROM accounts_user WHERE id = NEW.proposed_by_id AND human_id = NEW.verified_human_id))
        THEN
            RAISE EXCEPTION 'nobody verifies what they proposed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER human BEFORE INSERT OR UPDATE ON payments_payee
        FOR EACH ROW EXECUTE FUNCTION payments_payee_human();
    """,
    """
    DROP TRIGGER human ON payments_payee;
    DROP FUNCTION payments_payee_human();
    DROP TRIGGER human ON payments_batchhand;
    DROP FUNCTION payments_hand_human();
    """,
)

FILES_ARE_WHAT_WAS_APPROVED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_file_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM payments_batch WHERE id = NEW.batch_id AND state = 'approved' AND line_count = NEW.line_count
            AND sum_pence = NEW.sum_pence AND content_sha256 = NEW.sha256 FOR SHARE;
        IF NOT FOUND OR encode(sha256(NEW.content), 'hex') <> NEW.sha256 THEN
            RAISE EXCEPTION 'the file is not what was approved' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER approved BEFORE INSERT ON payments_payerfile
        FOR EACH ROW EXECUTE FUNCTION payments_file_is_approved();

    CREATE FUNCTION payments_row_of_released() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM payments_batch WHERE id = NEW.batch_id AND handed_over_at IS NOT NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the batch has not been handed over' USING ERRCODE = '23001';
        END IF;
        IF NEW.result = 'returned'
           AND NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = NEW.line_id AND result = 'paid') THEN
            RAISE EXCEPTION 'only what was paid can be returned' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER released BEFORE INSERT ON payments_responserow
        FOR EACH ROW EXECUTE FUNCTION payments_row_of_released();

    CREATE FUNCTION payments_entry_reverses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM payments_ledgerentry e WHERE e.id = NEW.reverses_id AND e.line_id = NEW.line_id
                AND e.debit = NEW.credit AND e.credit = NEW.debit AND e.pence = NEW.pence AND e.reverses_id IS NULL
                AND NEW.event = e.event || '_reversed') THEN
            RAISE EXCEPTION 'a reversal mirrors the entry it reverses' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER reverses BEFORE INSERT ON payments_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION payments_entry_reverses();
    """,
    """
    DROP TRIGGER reverses ON payments_ledgerentry;
    DROP FUNCTION payments_entry_reverses();
    DROP TRIGGER released ON payments_responserow;
    DROP FUNCTION payments_row_of_released();
    DROP TRIGGER approved ON payments_payerfile;
    DROP FUNCTION payments_file_is_approved();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
        ("accounts", "0002_append_only"),
        ("registrations", "0002_walls"),
        ("assessments", "0002_walls"),
    ]
    operations = [
        BELONGS_TOGETHER,
        LINE_STANDS_IN_A_DRAFT,
        LINE_IS_OF_ONE_PERSON,
        RECOVERIES_ARE_CAPPED,
        BATCH_MOVES_AS_DECIDED,
        HUMANS_ARE_THE_USERS,
        FILES_ARE_WHAT_WAS_APPROVED,
        frozen_columns("payments_entitlement", "person_id", "milestone"),
        frozen_columns(
            "payments_payee", "employer_id", "vendor_number", "proposed_by_id", "proposed_human_id", "proposed_at"
        ),
        frozen_columns(
            "payments_payee",
            "verified_by_id",
            "verified_human_id",
            "verified_at",
            "called_back_on",
            "refused_at",
            "ended_at",
            unless_null=True,
        ),
        frozen_columns("payments_grantyear", "code", "starts_on", "ends_on"),
        *[
            append_only(f"payments_{name}")
            for name in ("hold", "batchhand", "payerfile", "payerresponse", "responserow", "seal", "ledgerentry")
        ],
        *[never_deleted(f"payments_{name}") for name in ("grantyear", "entitlement", "payee", "batch")],
    ]
