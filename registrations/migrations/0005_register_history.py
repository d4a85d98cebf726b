"""The whole history of looks into the register, what it is still to be asked, and names that were settled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only, frozen_columns, never_deleted

# Erasing is the one change a look knows: the number and the name go, what was found out about them stays.
ERASE = migrations.RunSQL(
    """
    CREATE FUNCTION register_check_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
           AND NEW.number = '' AND NEW.name_found = ''
           AND (NEW.id, NEW.registration_id, NEW.occasion, NEW.status, NEW.left_because, NEW.no_answer, NEW.checked_at)
             = (OLD.id, OLD.registration_id, OLD.occasion, OLD.status, OLD.left_because, OLD.no_answer, OLD.checked_at)
           AND (NEW.name_matches, NEW.registered_from, NEW.registered_until, NEW.checked_by_id)
             IS NOT DISTINCT FROM (OLD.name_matches, OLD.registered_from, OLD.registered_until, OLD.checked_by_id) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a look into the register can only be erased: % refused', TG_OP USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON registrations_registercheck
        FOR EACH ROW EXECUTE FUNCTION register_check_guard();
    CREATE FUNCTION erase_register_check(which bigint, at timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
        UPDATE registrations_registercheck SET number = '', name_found = '', erased_at = at
        WHERE id = which AND erased_at IS NULL
    $$;
    """,
    """
    DROP FUNCTION erase_register_check(bigint, timestamptz);
    DROP TRIGGER guard ON registrations_registercheck;
    DROP FUNCTION register_check_guard();
    """,
)

# An answer is only ever written under the number of the person it is about, and settles only their question.
ABOUT_THE_RIGHT_PERSON = migrations.RunSQL(
    """
    CREATE FUNCTION register_check_about() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM registrations_registration r JOIN registrations_nqsw n ON n.id = r.nqsw_id
                       WHERE r.id = NEW.registration_id AND n.swe_number = NEW.number) THEN
            RAISE EXCEPTION 'the register was asked about another number' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER about BEFORE INSERT ON registrations_registercheck
        FOR EACH ROW EXECUTE FUNCTION register_check_about();
    ALTER TABLE registrations_registerrequest ADD CONSTRAINT register_request_answer_is_its_own
        FOREIGN KEY (answer_id, registration_id) REFERENCES registrations_registercheck (id, registration_id);
    CREATE FUNCTION name_settled_differs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM registrations_registercheck c
                       WHERE c.id = NEW.check_settled_id AND c.name_matches IS FALSE) THEN
            RAISE EXCEPTION 'only a different name is settled' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER differs BEFORE INSERT ON registrations_namesettled
        FOR EACH ROW EXECUTE FUNCTION name_settled_differs();
    """,
    """
    DROP TRIGGER differs ON registrations_namesettled;
    DROP FUNCTION name_settled_differs();
    ALTER TABLE registrations_registerrequest DROP CONSTRAINT register_request_answer_is_its_own;
    DROP TRIGGER about ON registrations_registercheck;
    DROP FUNCTION register_check_about();
    """,
)

OPENED = migrations.RunSQL(
    "DROP TRIGGER append_only ON registrations_registercheck;",
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON registrations_registercheck "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
)
FACTS_OF_EARLIER_LOOKS = migrations.RunSQL(
    """
    UPDATE registrations_registercheck c SET
        number = COALESCE(n.swe_number, ''),
        erased_at = CASE WHEN n.swe_number IS NULL THEN c.checked_at END,
        left_because = CASE WHEN c.status = 'not_registered' THEN 'unstated' ELSE '' END,
        no_answer = CASE WHEN c.status = 'unavailable' THEN 'slow' ELSE '' END
    FROM registrations_registration r JOIN registrations_nqsw n ON n.id = r.nqsw_id
    WHERE r.id = c.registration_id;
    """,
    "",
)


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0004_programme_year_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OPENED,
        migrations.CreateModel(
            name="NameSettled",
            fields=[
                (
                    "check_settled",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="settled",
                        serialize=False,
                        to="registrations.registercheck",
                    ),
                ),
                ("settled_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RegisterRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("casework", "A caseworker asked"),
                            ("renewal", "Yearly check after renewal"),
                            ("outcome", "Check before the outcome"),
                        ],
                        max_length=10,
                    ),
                ),
                ("period", models.CharField(blank=True, default="", max_length=4)),
                ("wanted_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                (
                    "no_answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("slow", "It took too long"),
                            ("dropped", "The connection broke off"),
                            ("busy", "It was too busy"),
                            ("fault", "It reported a fault of its own"),
                            ("refused", "It refused the question"),
                            ("unreadable", "It sent something that cannot be read"),
                            ("another", "It answered about another number"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="registercheck",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registercheck",
            name="left_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unstated", "No reason given"),
                    ("failed_to_renew", "Did not renew"),
                    ("voluntary", "Removed at their own request"),
                    ("deceased", "Died"),
                    ("cpd", "Did not meet the requirements for continuing professional development"),
                    ("removed", "Removed from the register"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="registercheck",
            name="no_answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("slow", "It took too long"),
                    ("dropped", "The connection broke off"),
                    ("busy", "It was too busy"),
                    ("fault", "It reported a fault of its own"),
                    ("refused", "It refused the question"),
                    ("unreadable", "It sent something that cannot be read"),
                    ("another", "It answered about another number"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="registercheck",
            name="number",
            field=models.CharField(default="", max_length=9),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="registercheck",
            name="occasion",
            field=models.CharField(
                choices=[
                    ("casework", "A caseworker asked"),
                    ("renewal", "Yearly check after renewal"),
                    ("outcome", "Check before the outcome"),
                ],
                default="casework",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="registercheck",
            name="registered_until",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="registercheck",
            name="checked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="registercheck",
            name="name_found",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        FACTS_OF_EARLIER_LOOKS,
        migrations.AddIndex(
            model_name="registercheck",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["not_registered", "not_found"]), ("name_matches", False), _connector="OR"
                ),
                fields=["registration"],
                name="register_check_trouble",
            ),
        ),
        migrations.AddConstraint(
            model_name="registercheck",
            constraint=models.UniqueConstraint(fields=("id", "registration"), name="register_check_of_registration"),
        ),
        migrations.AddConstraint(
            model_name="registercheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__regex", "^SW[1-9][0-9]{0,6}$"),
                    models.Q(("erased_at__isnull", False), ("number", "")),
                    _connector="OR",
                ),
                name="register_check_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="registercheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("left_because", ""),
                        ("no_answer", ""),
                        ("registered_from__isnull", False),
                        ("status", "registered"),
                        ("name_matches__isnull", False),
                        models.Q(
                            models.Q(("name_found", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                        ),
                    ),
                    models.Q(
                        ("no_answer", ""),
                        ("status", "not_registered"),
                        models.Q(("left_because", ""), _negated=True),
                        ("name_matches__isnull", False),
                        models.Q(
                            models.Q(("name_found", ""), _negated=True), ("erased_at__isnull", False), _connector="OR"
                        ),
                    ),
                    models.Q(
                        ("no_answer", ""),
                        ("status", "not_found"),
                        ("left_because", ""),
                        ("name_found", ""),
                        ("name_matches", None),
                        ("registered_from", None),
                        ("registered_until", None),
                    ),
                    models.Q(
                        ("status", "unavailable"),
                        models.Q(("no_answer", ""), _negated=True),
                        ("left_because", ""),
                        ("name_found", ""),
                        ("name_matches", None),
                        ("registered_from", None),
                        ("registered_until", None),
                    ),
                    _connector="OR",
                ),
                name="register_check_with_its_facts",
            ),
        ),
        migrations.AddField(
            model_name="namesettled",
            name="settled_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="registerrequest",
            name="answer",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="request",
                to="registrations.registercheck",
            ),
        ),
        migrations.AddField(
            model_name="registerrequest",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="register_requests",
                to="registrations.registration",
            ),
        ),
        migrations.AddField(
            model_name="registerrequest",
            name="wanted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="registerrequest",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="register_request_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("registration",),
                name="register_request_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("period", ""), _negated=True),
                fields=("registration", "period"),
                name="register_request_once_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("occasion", "renewal"), models.Q(("period", ""), _negated=True)),
                    models.Q(models.Q(("occasion", "renewal"), _negated=True), ("period", "")),
                    _connector="OR",
                ),
                name="register_request_period_of_renewals",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__isnull", True), ("done_at__isnull", False), _connector="OR"),
                name="register_request_answered_is_done",
            ),
        ),
        ERASE,
        ABOUT_THE_RIGHT_PERSON,
        append_only("registrations_namesettled"),
        never_deleted("registrations_registerrequest"),
        frozen_columns(
            "registrations_registerrequest", "registration_id", "occasion", "period", "wanted_by_id", "wanted_at"
        ),
        frozen_columns("registrations_registerrequest", "done_at", "answer_id", unless_null=True),
    ]
