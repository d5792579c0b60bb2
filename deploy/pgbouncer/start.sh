#!/bin/sh
# PgBouncer logs in to PostgreSQL as the role of the servers, whose password only the environment has.
set -eu
umask 077
printf '"holdfast_app" "%s"\n' "$APP_PASSWORD" >/tmp/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
