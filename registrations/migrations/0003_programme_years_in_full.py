"""Every rule of a programme year as a field, who had a hand in it, and what became of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YearHand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hand",
                    models.CharField(
                        choices=[("drafter", "Drafted or changed it"), ("publisher", "Published it")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="programmeyear",
            name="programme_year_choices_made",
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="agency_funded",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="assessor_observations",
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="cohort",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="counts_from",
            field=models.CharField(
                choices=[
                    ("asye_start", "The day their ASYE starts"),
                    ("employment_start", "The day their employment started"),
                    ("swe_registered_from", "The day they were registered with Social Work England"),
                ],
                default="asye_start",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="discarded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="discarded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="edits",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="external_moderation",
            field=models.CharField(
                choices=[("compulsory", "Compulsory"), ("good_practice", "Good practice"), ("not_used", "Not used")],
                default="good_practice",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="last_completion_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="longest_deferral_months",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="name",
            field=models.CharField(default="ASYE child and family", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="note",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="optional_reviews",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="panel_days",
            field=models.PositiveSmallIntegerField(default=28),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="panel_members",
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="part_time",
            field=models.CharField(
                choices=[
                    ("by_hours", "Months divided by the share of full time"),
                    ("agreed", "No formula: the employer decides"),
                ],
                default="by_hours",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="published_hand",
            field=models.CharField(default="publisher", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="reference_prefix",
            field=models.CharField(default="CF", max_length=2),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="report_days",
            field=models.PositiveSmallIntegerField(default=14),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="second_attempt",
            field=models.CharField(
                choices=[("override", "Only where a caseworker has allowed it, with a reason"), ("never", "Never")],
                default="override",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="superseded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="programmeyear",
            name="superseded_by",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supersedes",
                to="registrations.programmeyear",
            ),
        ),
        migrations.AlterField(
            model_name="programmeyear",
            name="standard_set",
            field=models.CharField(
                choices=[
                    ("pqs-2018", "Post-qualifying standard: child and family practitioner"),
                    ("kss-adults-2015", "Knowledge and skills statement: social workers in adult services"),
                    ("early-career-2027", "Child and family social worker early career standards"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", False), ("superseded_at__isnull", True)),
                fields=("programme", "code"),
                name="programme_year_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.UniqueConstraint(
                condition=models.Q(("discarded_at__isnull", True), ("published_at__isnull", True)),
                fields=("programme", "code"),
                name="programme_year_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference_prefix__regex", "^[A-Z]{2}$")), name="programme_year_prefix"
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("longest_months__gte", models.F("months")),
                    ("months__gt", 0),
                    ("readers__gt", 0),
                    ("sample_percent__lte", 100),
                ),
                name="programme_year_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_hand", "publisher")), name="programme_year_published_by_publisher_hand"
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at__isnull", True),
                    models.Q(
                        ("on_fail", ""),
                        ("on_withdrawal", ""),
                        ("on_move", ""),
                        ("certificate_issuer", ""),
                        ("name", ""),
                        _connector="OR",
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="programme_year_choices_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("superseded_at__isnull", True), ("superseded_by__isnull", True)),
                    models.Q(
                        ("published_at__isnull", False),
                        ("superseded_at__isnull", False),
                        ("superseded_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programme_year_superseded_with_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeyear",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discarded_at__isnull", True), ("discarded_by__isnull", True)),
                    models.Q(
                        ("discarded_at__isnull", False), ("discarded_by__isnull", False), ("published_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="programme_year_discarded_with_facts",
            ),
        ),
        migrations.AddField(
            model_name="yearhand",
            name="human",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"),
        ),
        migrations.AddField(
            model_name="yearhand",
            name="programme_year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hands", to="registrations.programmeyear"
            ),
        ),
        migrations.AddField(
            model_name="yearhand",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="yearhand",
            constraint=models.UniqueConstraint(fields=("programme_year", "human"), name="year_hand_one_each"),
        ),
        migrations.AddConstraint(
            model_name="yearhand",
            constraint=models.UniqueConstraint(fields=("programme_year", "human", "hand"), name="year_hand_referable"),
        ),
    ]
