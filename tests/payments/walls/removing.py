"""Every wall around the tables of payments, read from the database's own catalogue, and how each is taken away."""

import re
from dataclasses import dataclass

import psycopg

CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname,
           CASE WHEN contype = 'f' AND cardinality(conkey) = 1 THEN a.attname::text END
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE conrelid::regclass::text LIKE 'payments\\_%' AND contype IN ('c', 'u', 'p', 'f', 'x') ORDER BY 1, 2
"""
REFERRING = """
    WITH RECURSIVE reached AS (
        SELECT %s::regclass AS t UNION
        SELECT c.conrelid::regclass FROM pg_constraint c JOIN reached ON c.confrelid = reached.t WHERE c.contype = 'f'
    ) SELECT t::text, tgname FROM reached JOIN pg_trigger ON tgrelid = t AND tgname LIKE '%%truncate%%' ORDER BY 1
"""
INDEXES = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text FROM pg_index i
    WHERE i.indrelid::regclass::text LIKE 'payments\\_%' AND i.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'p', 'x'))
    ORDER BY 1, 2
"""
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, tgfoid::regproc::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'payments\\_%' ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT DISTINCT p.oid::regproc::text, pg_get_functiondef(p.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text LIKE 'payments\\_%' AND p.proname <> 'refuse_change'
    ORDER BY 1
"""
HELPERS = """
    SELECT oid::regproc::text, pg_get_functiondef(oid) FROM pg_proc
    WHERE proname LIKE 'payments\\_%' AND prorettype <> 'trigger'::regtype ORDER BY 1
"""
GRANTS = """
    SELECT c.relname, right_ FROM pg_class c CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS right_
    WHERE c.relname LIKE 'payments\\_%' AND c.relkind = 'r' AND NOT has_table_privilege('asye_app', c.oid, right_)
    ORDER BY 1, 2
"""
NOT_NULLS = """
    SELECT a.attrelid::regclass::text, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relname LIKE 'payments\\_%' AND c.relkind = 'r' AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
      AND a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                                              AND a.attnum = ANY(i.indkey))
    ORDER BY 1, a.attnum
"""
RAISE = re.compile(r"RAISE EXCEPTION '((?:[^']|'')+)'[^;]*;")
SAYS = re.compile(r"THEN '((?:[^']|'')+)'")


@dataclass(frozen=True)
class Wall:
    """One wall: its name as attempts and lists give it, the statement that removes it, and a trigger's function.

    A foreign key of one column goes by its table and column.
    """

    name: str
    remove: str
    function: str = ""

    def keeps_out(self, by: str) -> bool:
        """Whether an attempt that is refused by `by` is refused by this wall."""
        return by == self.name or bool(self.function and by.startswith(f"{self.function}: "))


def walls(server: psycopg.Connection) -> list[Wall]:
    """All of them: constraints, unique indexes, triggers, the sentences of triggers and of what they ask, and rights
    not given."""
    found = []
    for table, name, column in server.execute(CONSTRAINTS):
        called = f"{table}({column})" if column else f"{table}.{name}"
        found.append(Wall(called, f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'))
    found += [Wall(f"{table}.{name}", f'DROP INDEX "{name}"') for table, name in server.execute(INDEXES)]
    for table, name, function in server.execute(TRIGGERS):
        found.append(Wall(f"{table}.{name}", f'DROP TRIGGER "{name}" ON {table}', function))
    for name, text in server.execute(FUNCTIONS):
        for sentence in RAISE.finditer(text):
            instead = "NULL;" if "RETURN " in text.replace("RETURNS", "") else "RETURN NEW;"
            without = text[: sentence.start()] + instead + text[sentence.end() :]
            found.append(Wall(f"{name}: {sentence[1]}", without))
    for name, text in server.execute(HELPERS):
        for sentence in SAYS.finditer(text):
            without = f"{text[: sentence.start()]}THEN NULL::text{text[sentence.end() :]}"
            found.append(Wall(f"{name}: {sentence[1].strip()}", without))
    for table, right in server.execute(GRANTS):
        found.append(Wall(f"{table} {right}", f"GRANT {right} ON {table} TO asye_app"))
    return found


def emptied_with(server: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    """The tables that TRUNCATE ... CASCADE of a table empties, itself too, and the trigger of each that refuses."""
    return server.execute(REFERRING, [table]).fetchall()


def not_nulls(server: psycopg.Connection) -> list[tuple[str, str]]:
    """Table and column of everything that has to be there."""
    return server.execute(NOT_NULLS).fetchall()
