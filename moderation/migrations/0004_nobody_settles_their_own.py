"""A reader does not settle a difference they are part of: they record at most a panel that somebody else chaired."""

from django.db import migrations, models
from django.db.models import Q

NOT_ALONE = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_check_not_alone() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    DECLARE decider bigint; about bigint; recommended varchar; differing int;
    BEGIN
        SELECT human_id INTO decider FROM accounts_user WHERE id = NEW.decided_by_id;
        IF NOT EXISTS (SELECT FROM moderation_allocation a JOIN accounts_user u ON u.id = a.moderator_id
                       WHERE a.item_id = NEW.item_id AND a.withdrawn_at IS NULL
                         AND decider IN (a.moderator_human_id, u.human_id)) THEN
            RETURN NEW;
        END IF;
        IF NEW.how = 'panel' AND NEW.chaired_by <> '' AND NOT EXISTS (
            SELECT FROM accounts_user u LEFT JOIN moderation_allocation a
                ON a.moderator_id = u.id AND a.item_id = NEW.item_id AND a.withdrawn_at IS NULL
            WHERE (a.id IS NOT NULL OR u.id = NEW.decided_by_id)
              AND lower(u.first_name || ' ' || u.last_name) = lower(NEW.chaired_by)) THEN
            RETURN NEW;
        END IF;
        -- the last of the readers resolves a record on which there is no difference
        SELECT p.registration_id, p.recommends INTO about, recommended FROM moderation_sampleitem i
            JOIN moderation_populationitem p ON p.id = i.population_id WHERE i.id = NEW.item_id;
        SELECT count(*) INTO differing FROM moderation_allocation a JOIN moderation_reading g ON g.allocation_id = a.id
            JOIN accounts_user u ON u.id = a.moderator_id
            WHERE a.item_id = NEW.item_id AND a.withdrawn_at IS NULL AND NOT moderation_conflicted(u.human_id, about)
              AND (g.judgement <> recommended OR g.answer <> 'agrees');
        IF NEW.how = 'agreed' AND NEW.conclusion = recommended AND differing = 0 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a reader cannot settle their own difference' USING ERRCODE = '23514';
    END $$;
    CREATE TRIGGER not_alone BEFORE INSERT ON moderation_resolution
        FOR EACH ROW EXECUTE FUNCTION moderation_check_not_alone();
    """,
    "DROP TRIGGER not_alone ON moderation_resolution; DROP FUNCTION moderation_check_not_alone();",
)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_blind_in_every_role")]
    operations = [
        migrations.AddField(
            model_name="resolution",
            name="chaired_by",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=Q(how="panel") | Q(chaired_by=""), name="resolution_panel_is_chaired"
            ),
        ),
        NOT_ALONE,
    ]
