"""What Django cannot say: what was written, signed and moved never changes, a state is the latest move's, agreed means
that everyone signed what the record says now, and a certificate stands on a live pass."""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

BELONGS_TOGETHER = migrations.RunSQL(
    """
    ALTER TABLE assessments_record ADD CONSTRAINT record_placement_is_registrations
        FOREIGN KEY (placement_id, registration_id) REFERENCES registrations_placement (id, registration_id);
    ALTER TABLE assessments_record ADD CONSTRAINT record_current_revision_is_its_own
        FOREIGN KEY (current_revision_id, id) REFERENCES assessments_revision (id, record_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE assessments_draft ADD CONSTRAINT draft_begins_from_its_record
        FOREIGN KEY (from_revision_id, record_id) REFERENCES assessments_revision (id, record_id);
    ALTER TABLE assessments_signature ADD CONSTRAINT signature_signs_its_record
        FOREIGN KEY (revision_id, record_id) REFERENCES assessments_revision (id, record_id);
    ALTER TABLE assessments_transition ADD CONSTRAINT transition_of_its_record
        FOREIGN KEY (revision_id, record_id) REFERENCES assessments_revision (id, record_id);
    ALTER TABLE assessments_outcome ADD CONSTRAINT outcome_supersedes_its_own
        FOREIGN KEY (supersedes_id, registration_id) REFERENCES assessments_outcome (id, registration_id);
    ALTER TABLE assessments_certificate ADD CONSTRAINT certificate_of_a_pass
        FOREIGN KEY (outcome_id, registration_id, result)
        REFERENCES assessments_outcome (id, registration_id, result);
    """,
    """
    ALTER TABLE assessments_certificate DROP CONSTRAINT certificate_of_a_pass;
    ALTER TABLE assessments_outcome DROP CONSTRAINT outcome_supersedes_its_own;
    ALTER TABLE assessments_transition DROP CONSTRAINT transition_of_its_record;
    ALTER TABLE assessments_signature DROP CONSTRAINT signature_signs_its_record;
    ALTER TABLE assessments_draft DROP CONSTRAINT draft_begins_from_its_record;
    ALTER TABLE assessments_record DROP CONSTRAINT record_current_revision_is_its_own;
    ALTER TABLE assessments_record DROP CONSTRAINT record_placement_is_registrations;
    """,
)

# Erasing is the one change a revision knows: the words go, everything else stays as it was.
ERASE = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.content = '{}'::jsonb
           AND NEW.reason = ''
           AND (NEW.id, NEW.record_id, NEW.number, NEW.sha256, NEW.author_id, NEW.created_at)
             = (OLD.id, OLD.record_id, OLD.number, OLD.sha256, OLD.author_id, OLD.created_at) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a revision can only be erased: % refused', TG_OP USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON assessments_revision
        FOR EACH ROW EXECUTE FUNCTION assessments_revision_guard();
    CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON assessments_revision
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    REVOKE UPDATE, DELETE, TRUNCATE ON assessments_revision FROM asye_app;
    CREATE FUNCTION erase_revision(which bigint, at timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
        UPDATE assessments_revision SET content = '{}', reason = '', erased_at = at
        WHERE id = which AND erased_at IS NULL
    $$;
    """,
    """
    DROP FUNCTION erase_revision(bigint, timestamptz);
    DROP TRIGGER guard ON assessments_revision;
    DROP TRIGGER guard_truncate ON assessments_revision;
    DROP FUNCTION assessments_revision_guard();
    GRANT UPDATE, DELETE ON assessments_revision TO asye_app;
    """,
)

MOVES = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_transition_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last record;
    BEGIN
        PERFORM FROM assessments_record WHERE id = NEW.record_id FOR UPDATE;
        SELECT number, to_state INTO last FROM assessments_transition
            WHERE record_id = NEW.record_id ORDER BY number DESC LIMIT 1;
        IF NEW.number <> COALESCE(last.number, 0) + 1 OR NEW.from_state <> COALESCE(last.to_state, 'draft') THEN
            RAISE EXCEPTION 'a transition must follow the one before it' USING ERRCODE = '23001';
        END IF;
        IF (NEW.from_state, NEW.to_state) NOT IN (('draft', 'submitted'), ('submitted', 'returned'),
            ('submitted', 'agreed'), ('returned', 'submitted'), ('agreed', 'locked'), ('agreed', 'returned'),
            ('locked', 'returned')) THEN
            RAISE EXCEPTION 'a record does not move from % to %', NEW.from_state, NEW.to_state USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER follows BEFORE INSERT ON assessments_transition
        FOR EACH ROW EXECUTE FUNCTION assessments_transition_follows();

    CREATE FUNCTION assessments_record_stands(which bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE r assessments_record; latest text; missing integer;
    BEGIN
        SELECT * INTO r FROM assessments_record WHERE id = which;
        SELECT to_state INTO latest FROM assessments_transition WHERE record_id = which ORDER BY number DESC LIMIT 1;
        IF r.state <> COALESCE(latest, 'draft') THEN
            RAISE EXCEPTION 'record % is %, its latest transition says %', which, r.state, COALESCE(latest, 'draft')
                USING ERRCODE = '23001';
        END IF;
        IF r.state IN ('agreed', 'locked') THEN
            SELECT count(*) INTO missing FROM unnest(r.signers) AS needed(part) WHERE NOT EXISTS (
                SELECT FROM assessments_signature s
                WHERE s.revision_id = r.current_revision_id AND s.part = needed.part);
            IF missing > 0 THEN
                RAISE EXCEPTION 'record % is % without every signature of its current revision', which, r.state
                    USING ERRCODE = '23001';
            END IF;
        END IF;
    END $$;
    CREATE FUNCTION assessments_record_checked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM assessments_record_stands(NEW.id); RETURN NULL; END $$;
    CREATE FUNCTION assessments_transition_checked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM assessments_record_stands(NEW.record_id); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER stands AFTER INSERT OR UPDATE ON assessments_record
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_record_checked();
    CREATE CONSTRAINT TRIGGER stands AFTER INSERT ON assessments_transition
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_transition_checked();
    """,
    """
    DROP TRIGGER stands ON assessments_transition;
    DROP TRIGGER stands ON assessments_record;
    DROP FUNCTION assessments_transition_checked();
    DROP FUNCTION assessments_record_checked();
    DROP FUNCTION assessments_record_stands(bigint);
    DROP TRIGGER follows ON assessments_transition;
    DROP FUNCTION assessments_transition_follows();
    """,
)

# A certificate stands only on an outcome nobody has superseded: superseding one must revoke it before the commit.
STANDS_ON_A_LIVE_PASS = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_outcome_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM assessments_revision v JOIN assessments_record r ON r.id = v.record_id
                       WHERE v.id = NEW.final_revision_id AND r.registration_id = NEW.registration_id
                         AND r.kind = 'recommendation') THEN
            RAISE EXCEPTION 'an outcome stands on a recommendation of its own registration' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER fits BEFORE INSERT ON assessments_outcome
        FOR EACH ROW EXECUTE FUNCTION assessments_outcome_fits();

    CREATE FUNCTION assessments_certificate_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM assessments_certificate c
                   JOIN assessments_outcome later ON later.supersedes_id = c.outcome_id
                   WHERE c.registration_id = NEW.registration_id AND c.state = 'valid') THEN
            RAISE EXCEPTION 'a superseded outcome has a valid certificate' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER certificate_stands AFTER INSERT ON assessments_outcome
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_certificate_stands();
    CREATE CONSTRAINT TRIGGER certificate_stands AFTER INSERT OR UPDATE ON assessments_certificate
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_certificate_stands();

    CREATE FUNCTION assessments_certificate_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'valid' AND (OLD.state, OLD.state_changed_at) IS DISTINCT FROM (NEW.state, NEW.state_changed_at)
        THEN
            RAISE EXCEPTION 'a certificate that is % stays so', OLD.state USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ends_once BEFORE UPDATE ON assessments_certificate
        FOR EACH ROW EXECUTE FUNCTION assessments_certificate_ends_once();
    """,
    """
    DROP TRIGGER ends_once ON assessments_certificate;
    DROP FUNCTION assessments_certificate_ends_once();
    DROP TRIGGER certificate_stands ON assessments_certificate;
    DROP TRIGGER certificate_stands ON assessments_outcome;
    DROP FUNCTION assessments_certificate_stands();
    DROP TRIGGER fits ON assessments_outcome;
    DROP FUNCTION assessments_outcome_fits();
    """,
)


# How an appeal ended is written in one go; from then on it stands.
CLOSED_ONCE = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_appeal_closed_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.closed_at IS NOT NULL
           AND (OLD.result, OLD.closed_because, OLD.closed_by_id, OLD.closed_at)
               IS DISTINCT FROM (NEW.result, NEW.closed_because, NEW.closed_by_id, NEW.closed_at) THEN
            RAISE EXCEPTION 'how an appeal ended cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER closed_once BEFORE UPDATE ON assessments_appeal
        FOR EACH ROW EXECUTE FUNCTION assessments_appeal_closed_once();
    """,
    "DROP TRIGGER closed_once ON assessments_appeal; DROP FUNCTION assessments_appeal_closed_once();",
)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("registrations", "0002_walls"), ("accounts", "0002_append_only")]
    operations = [
        BELONGS_TOGETHER,
        ERASE,
        MOVES,
        STANDS_ON_A_LIVE_PASS,
        *[append_only(f"assessments_{name}") for name in ("signature", "transition", "standardjudgement", "outcome")],
        *[
            never_deleted(f"assessments_{name}")
            for name in ("record", "draft", "standardlink", "appeal", "certificate")
        ],
        frozen_columns(
            "assessments_record",
            *("registration_id", "placement_id", "kind", "review_point", "ordinal", "schema_version", "signers"),
            *("blind", "opened_by_id", "opened_at"),
        ),
        frozen_columns("assessments_appeal", "outcome_id", "opened_on", "opened_by_id", "opened_at", "grounds"),
        CLOSED_ONCE,
        frozen_columns(
            "assessments_certificate",
            *("registration_id", "outcome_id", "result", "public_code", "name_as_issued", "facts", "pdf"),
            *("pdf_sha256", "issued_at", "replaces_id"),
        ),
    ]
