"""Concerns, the support that was promised, and what anybody adds. What was written stays as it was; it is erased by one
function that blanks the words and keeps who, when and what came of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import never_deleted

BELONGS_TOGETHER = migrations.RunSQL(
    """
    ALTER TABLE assessments_concern ADD CONSTRAINT concern_placement_is_registrations
        FOREIGN KEY (placement_id, registration_id) REFERENCES registrations_placement (id, registration_id);
    ALTER TABLE assessments_concern ADD CONSTRAINT concern_talked_before_it_was_raised
        CHECK (talked_on <= (raised_at AT TIME ZONE 'Europe/London')::date);
    ALTER TABLE assessments_supportplan ADD CONSTRAINT support_plan_review_still_to_come
        CHECK (review_by >= (planned_at AT TIME ZONE 'Europe/London')::date);
    """,
    """
    ALTER TABLE assessments_supportplan DROP CONSTRAINT support_plan_review_still_to_come;
    ALTER TABLE assessments_concern DROP CONSTRAINT concern_talked_before_it_was_raised;
    ALTER TABLE assessments_concern DROP CONSTRAINT concern_placement_is_registrations;
    """,
)

# Closing is the one change a concern knows, its review the one of a plan; erasing blanks the words of all three.
STAYS_AS_IT_WAS = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_concern_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE facts boolean; ending boolean;
    BEGIN
        facts := (NEW.id, NEW.registration_id, NEW.placement_id, NEW.area, NEW.talked_on, NEW.raised_by_id,
                  NEW.raised_at)
               = (OLD.id, OLD.registration_id, OLD.placement_id, OLD.area, OLD.talked_on, OLD.raised_by_id,
                  OLD.raised_at);
        ending := (NEW.result, NEW.closed_by_id, NEW.closed_at)
            IS DISTINCT FROM (OLD.result, OLD.closed_by_id, OLD.closed_at);
        IF facts AND NOT ending AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
           AND NEW.words = '' AND NEW.closed_words = '' THEN
            RETURN NEW;
        END IF;
        IF facts AND NEW.words = OLD.words AND NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at
           AND OLD.closed_at IS NULL THEN
            IF NEW.closed_at IS NOT NULL AND EXISTS (SELECT FROM assessments_supportplan p
                                                     WHERE p.concern_id = NEW.id AND p.reviewed_at IS NULL) THEN
                RAISE EXCEPTION 'a concern is not closed before its support is reviewed' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a concern is closed once and never changed' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE ON assessments_concern
        FOR EACH ROW EXECUTE FUNCTION assessments_concern_guard();

    CREATE FUNCTION assessments_supportplan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE facts boolean; review boolean;
    BEGIN
        facts := (NEW.id, NEW.concern_id, NEW.number, NEW.starts_on, NEW.review_by, NEW.reviewer_id, NEW.planned_by_id,
                  NEW.planned_at)
               = (OLD.id, OLD.concern_id, OLD.number, OLD.starts_on, OLD.review_by, OLD.reviewer_id, OLD.planned_by_id,
                  OLD.planned_at) AND NEW.next_review_on IS NOT DISTINCT FROM OLD.next_review_on;
        review := (NEW.outcome, NEW.reviewed_by_id, NEW.reviewed_at)
            IS DISTINCT FROM (OLD.outcome, OLD.reviewed_by_id, OLD.reviewed_at);
        IF facts AND NOT review AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
           AND NEW.words = '' AND NEW.found = '' THEN
            RETURN NEW;
        END IF;
        IF facts AND NEW.words = OLD.words AND NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at
           AND OLD.reviewed_at IS NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a support plan is reviewed once and never changed' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE ON assessments_supportplan
        FOR EACH ROW EXECUTE FUNCTION assessments_supportplan_guard();

    CREATE FUNCTION assessments_concernnote_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.concern_id, NEW.by_id, NEW.at) = (OLD.id, OLD.concern_id, OLD.by_id, OLD.at)
           AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.words = '' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a note can only be erased' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE ON assessments_concernnote
        FOR EACH ROW EXECUTE FUNCTION assessments_concernnote_guard();

    CREATE FUNCTION assessments_concern_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE closed timestamptz; before integer;
    BEGIN
        SELECT closed_at INTO closed FROM assessments_concern WHERE id = NEW.concern_id FOR UPDATE;
        IF closed IS NOT NULL THEN
            RAISE EXCEPTION 'a closed concern takes nothing more' USING ERRCODE = '23001';
        END IF;
        IF TG_TABLE_NAME = 'assessments_supportplan' THEN
            SELECT COALESCE(max(number), 0) INTO before FROM assessments_supportplan WHERE concern_id = NEW.concern_id;
            IF NEW.number <> before + 1 THEN
                RAISE EXCEPTION 'a support plan must follow the one before it' USING ERRCODE = '23001';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER concern_is_open BEFORE INSERT ON assessments_supportplan
        FOR EACH ROW EXECUTE FUNCTION assessments_concern_is_open();
    CREATE TRIGGER concern_is_open BEFORE INSERT ON assessments_concernnote
        FOR EACH ROW EXECUTE FUNCTION assessments_concern_is_open();

    REVOKE UPDATE ON assessments_concern, assessments_supportplan, assessments_concernnote FROM asye_app;
    GRANT UPDATE (result, closed_words, closed_by_id, closed_at) ON assessments_concern TO asye_app;
    GRANT UPDATE (outcome, found, reviewed_by_id, reviewed_at) ON assessments_supportplan TO asye_app;
    CREATE FUNCTION erase_concern(which bigint, erased timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
        UPDATE assessments_concern SET words = '', closed_words = '', erased_at = erased
        WHERE id = which AND erased_at IS NULL;
        UPDATE assessments_supportplan SET words = '', found = '', erased_at = erased
        WHERE concern_id = which AND erased_at IS NULL;
        UPDATE assessments_concernnote SET words = '', erased_at = erased
        WHERE concern_id = which AND erased_at IS NULL;
    $$;
    """,
    """
    DROP FUNCTION erase_concern(bigint, timestamptz);
    GRANT UPDATE ON assessments_concern, assessments_supportplan, assessments_concernnote TO asye_app;
    DROP TRIGGER concern_is_open ON assessments_concernnote;
    DROP TRIGGER concern_is_open ON assessments_supportplan;
    DROP FUNCTION assessments_concern_is_open();
    DROP TRIGGER guard ON assessments_concernnote;
    DROP FUNCTION assessments_concernnote_guard();
    DROP TRIGGER guard ON assessments_supportplan;
    DROP FUNCTION assessments_supportplan_guard();
    DROP TRIGGER guard ON assessments_concern;
    DROP FUNCTION assessments_concern_guard();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0007_returns_and_letters"),
        ("registrations", "0021_requirement_sets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Concern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.CharField(max_length=40)),
                ("words", models.TextField()),
                ("talked_on", models.DateField()),
                ("raised_at", models.DateTimeField()),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settled", "Settled: the support helped"),
                            ("remains", "Not settled: it is taken up in the next review"),
                            ("unfounded", "Looked into: there was no ground for it"),
                            ("elsewhere", "Now dealt with under another procedure of the employer"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("closed_words", models.TextField(blank=True, default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="registrations.placement",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="registrations.registration",
                    ),
                ),
            ],
            options={
                "ordering": ["raised_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ConcernNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="assessments.concern"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="SupportPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.TextField()),
                ("starts_on", models.DateField()),
                ("review_by", models.DateField()),
                ("next_review_on", models.DateField(null=True)),
                ("planned_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("helped", "It helped: the concern is settled"),
                            ("partly", "It helped in part: more is needed"),
                            ("not_yet", "It has not helped yet"),
                            ("not_given", "The support was not given as promised"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("found", models.TextField(blank=True, default="")),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="assessments.concern"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["concern", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                ),
                name="concern_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(condition=models.Q(("area", ""), _negated=True), name="concern_has_area"),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True), ("closed_by__isnull", True), ("closed_words", ""), ("result", "")
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("result__in", ["settled", "remains", "unfounded", "elsewhere"]),
                        ("closed_at__gte", models.F("raised_at")),
                        models.Q(
                            models.Q(("closed_words", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="concern_closed_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="concernnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                ),
                name="concern_note_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.UniqueConstraint(fields=("concern", "number"), name="support_plan_number_once"),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reviewed_at__isnull", True)), fields=("concern",), name="support_plan_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                ),
                name="support_plan_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_by__gte", models.F("starts_on"))), name="support_plan_dates_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_review_on__isnull", True), ("review_by__lt", models.F("next_review_on")), _connector="OR"
                ),
                name="support_plan_before_the_next_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("found", ""), ("outcome", ""), ("reviewed_at__isnull", True), ("reviewed_by__isnull", True)
                    ),
                    models.Q(
                        ("outcome__in", ["helped", "partly", "not_yet", "not_given"]),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        ("reviewed_at__gte", models.F("planned_at")),
                        models.Q(models.Q(("found", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="support_plan_reviewed_with_its_facts",
            ),
        ),
        BELONGS_TOGETHER,
        STAYS_AS_IT_WAS,
        *[never_deleted(f"assessments_{name}") for name in ("concern", "supportplan", "concernnote")],
    ]
