-- Two roles: one that migrates and owns the tables, one that serves and may change rows alone.
-- Run once, as a superuser, in the database of Holdfast.
create role holdfast_owner login;
create role holdfast_app login;

grant create on database :"DBNAME" to holdfast_owner;
create schema holdfast authorization holdfast_owner;
grant usage on schema holdfast to holdfast_app;
alter default privileges for role holdfast_owner in schema holdfast
  grant select, insert, update, delete on tables to holdfast_app;

-- What each session of a server is given, for poolers that hand a session from one client to the next.
alter role holdfast_app set lock_timeout = '2s';
alter role holdfast_app set statement_timeout = '5s';
alter role holdfast_app set idle_in_transaction_session_timeout = '5s';
alter role holdfast_app set client_min_messages = 'warning';
alter role holdfast_app set plan_cache_mode = 'force_generic_plan';
alter role holdfast_app set enable_seqscan = 'off';
alter role holdfast_app set jit = 'off';
