#!/bin/sh
# Gives the two roles of roles.sql their passwords, which no file has.
set -eu
psql --username postgres --dbname holdfast \
  --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" <<'SQL'
alter role holdfast_owner password :'owner';
alter role holdfast_app password :'app';
SQL
