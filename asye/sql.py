"""Migration operations for what Django cannot say: append-only tables, composite keys, triggers.

The application runs as the role `asye_app`; migrations run as the owner of the tables.
"""

from django.db.migrations import RunSQL

APP_ROLE = "asye_app"

REFUSE_FUNCTION = RunSQL(
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23001';
    END $$;
    """,
    "DROP FUNCTION refuse_change();",
)


def append_only(table: str, *, lockable: bool = False) -> RunSQL:
    """Rows of `table` are written once: UPDATE, DELETE and TRUNCATE are refused, also to the owner.

    PostgreSQL lets a role lock a row only where it may update a column: with `lockable` the application may do so
    to `id`, which the trigger still refuses.
    """
    return RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE};
        {f"GRANT UPDATE (id) ON {table} TO {APP_ROLE};" if lockable else ""}
        """,
        f"""
        DROP TRIGGER append_only ON {table};
        DROP TRIGGER append_only_truncate ON {table};
        GRANT UPDATE, DELETE ON {table} TO {APP_ROLE};
        """,
    )


def never_deleted(table: str) -> RunSQL:
    """Rows of `table` may change but never go: DELETE and TRUNCATE are refused, also to the owner."""
    return RunSQL(
        f"""
        CREATE TRIGGER never_deleted BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        REVOKE DELETE, TRUNCATE ON {table} FROM {APP_ROLE};
        """,
        f"""
        DROP TRIGGER never_deleted ON {table};
        DROP TRIGGER never_truncated ON {table};
        GRANT DELETE ON {table} TO {APP_ROLE};
        """,
    )


def frozen_columns(table: str, *columns: str, unless_null: bool = False) -> RunSQL:
    """The named columns of `table` never change after the row is written.

    With `unless_null` a column that is still NULL may be given its value, once.
    """
    changed = " OR ".join(
        f"(OLD.{c} IS DISTINCT FROM NEW.{c}" + (f" AND OLD.{c} IS NOT NULL)" if unless_null else ")") for c in columns
    )
    name = f"{table}_frozen" + ("_once" if unless_null else "")
    return RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed} THEN
                RAISE EXCEPTION 'a fact of {table} cannot be changed' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    )
