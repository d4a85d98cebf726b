#!/bin/sh
# Run once by the postgres image when it makes its data folder: the two roles, then their passwords.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /asye/roles.sql
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" <<'SQL'
ALTER ROLE asye_owner PASSWORD :'owner';
ALTER ROLE asye_app PASSWORD :'app';
SQL
