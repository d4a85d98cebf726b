"""A record keeps the set of standards its questions were asked about, as it keeps the version of its form."""

from django.db import migrations, models

# Forms until now named their standards themselves, so what a record keeps here changes nothing of how it is shown.
SETTLE = migrations.RunSQL(
    """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE assessments_record DISABLE TRIGGER USER;
    UPDATE assessments_record SET standard_set = y.standard_set
        FROM registrations_registration r JOIN registrations_programmeyear y ON y.id = r.programme_year_id
        WHERE r.id = assessments_record.registration_id;
    ALTER TABLE assessments_record ENABLE TRIGGER USER;
    """,
    migrations.RunSQL.noop,
)

FROZEN = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_record_keeps_its_standards() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.standard_set IS DISTINCT FROM NEW.standard_set THEN
            RAISE EXCEPTION 'a fact of assessments_record cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keeps_its_standards BEFORE UPDATE ON assessments_record
        FOR EACH ROW EXECUTE FUNCTION assessments_record_keeps_its_standards();
    """,
    """
    DROP TRIGGER keeps_its_standards ON assessments_record;
    DROP FUNCTION assessments_record_keeps_its_standards();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_earlier_outcomes"), ("registrations", "0021_requirement_sets")]
    operations = [
        migrations.AddField(
            model_name="record",
            name="standard_set",
            field=models.CharField(default="", max_length=40),
            preserve_default=False,
        ),
        SETTLE,
        FROZEN,
    ]
