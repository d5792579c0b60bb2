-- What a PostgreSQL that is spread over several nodes does where a listing's rows are.

-- Slots of an exclusive resource may overlap until COMMIT. On a node the constraint has another name, which
-- nobody else knows; no other constraint is deferrable.
create function defer_exclusions(listing_id uuid) returns void language plpgsql
  as $$ begin set constraints all deferred; end $$;

-- A statement that writes several rows goes to their node as it is only if its defaults are the same for
-- all of them. They are still the time at which the server began with that statement, after the
-- transaction's locks.
alter table journal alter column at set default statement_timestamp();
alter table answers alter column created_at set default statement_timestamp();
alter table events alter column at set default statement_timestamp();
alter table calendars alter column created_at set default statement_timestamp();
alter table calendars alter column modified_at
  set default date_trunc('second', statement_timestamp());
alter table deliveries alter column due_at set default statement_timestamp();
alter table deliveries alter column begun_at set default statement_timestamp();
