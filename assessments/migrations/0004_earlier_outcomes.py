"""Outcomes from before this service: they stand on no recommendation kept here, only on a registration taken over."""

import django.db.models.deletion
from django.db import migrations, models

ON_A_RECOMMENDATION = """
    CREATE OR REPLACE FUNCTION assessments_outcome_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {earlier}
        IF NOT EXISTS (SELECT FROM assessments_revision v JOIN assessments_record r ON r.id = v.record_id
                       WHERE v.id = NEW.final_revision_id AND r.registration_id = NEW.registration_id
                         AND r.kind = 'recommendation') THEN
            RAISE EXCEPTION 'an outcome stands on a recommendation of its own registration' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
"""
EARLIER = """
        IF NEW.final_revision_id IS NULL
           AND EXISTS (SELECT FROM registrations_earlierrow e
                       WHERE e.registration_id = NEW.registration_id AND e.kind = 'people')
           AND (NEW.supersedes_id IS NULL OR EXISTS (SELECT FROM assessments_outcome o
                WHERE o.id = NEW.supersedes_id AND o.final_revision_id IS NULL)) THEN
            RETURN NEW;
        END IF;
"""
FITS = migrations.RunSQL(ON_A_RECOMMENDATION.format(earlier=EARLIER), ON_A_RECOMMENDATION.format(earlier=""))


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_blind_readers"),
        ("registrations", "0016_earlier_records"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outcome",
            name="final_revision",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.revision"
            ),
        ),
        migrations.AlterField(
            model_name="outcome",
            name="moderation_basis",
            field=models.CharField(
                choices=[
                    ("not_sampled", "Moderated: not drawn for the sample"),
                    ("agreed", "Moderated: the reader agreed with the assessor"),
                    ("third_reader", "Moderated: settled by a third reader"),
                    ("panel", "Moderated: settled by a panel"),
                    ("appeal", "Changed on appeal"),
                    ("earlier", "Decided before this service"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("final_revision__isnull", True), ("moderation_basis", "earlier"), ("supersedes__isnull", True)
                    ),
                    models.Q(
                        ("final_revision__isnull", False), models.Q(("moderation_basis", "earlier"), _negated=True)
                    ),
                    models.Q(("moderation_basis", "appeal"), ("supersedes__isnull", False)),
                    _connector="OR",
                ),
                name="outcome_stands_on_a_recommendation",
            ),
        ),
        FITS,
    ]
