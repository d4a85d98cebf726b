-- The two roles of the service and what each may do in the database this is run in. Run by a superuser, in the
-- service's own database; running it again changes nothing. Reasons: docs/adr/0002-three-database-roles.md

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'asye_owner') THEN
        CREATE ROLE asye_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'asye_app') THEN
        CREATE ROLE asye_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
END $$;

-- On the roles, not on the database: settings of a database do not follow a copy made from a template.
ALTER ROLE asye_owner SET timezone = 'UTC';
ALTER ROLE asye_owner SET lock_timeout = '2s';
ALTER ROLE asye_app SET timezone = 'UTC';
ALTER ROLE asye_app SET lock_timeout = '2s';
ALTER ROLE asye_app SET statement_timeout = '10s';
ALTER ROLE asye_app SET idle_in_transaction_session_timeout = '15s';

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO asye_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO asye_app', current_database());
END $$;

ALTER SCHEMA public OWNER TO asye_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO asye_app;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- What the owner makes from now on the application may use; a migration takes back what a table must not allow.
ALTER DEFAULT PRIVILEGES FOR ROLE asye_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO asye_app;
ALTER DEFAULT PRIVILEGES FOR ROLE asye_owner GRANT USAGE, SELECT ON SEQUENCES TO asye_app;
ALTER DEFAULT PRIVILEGES FOR ROLE asye_owner GRANT EXECUTE ON FUNCTIONS TO asye_app;
