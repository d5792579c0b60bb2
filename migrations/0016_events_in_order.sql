-- Events become deliveries in the order in which they were written, as the database's clock has it: a
-- reservation's later event is never written before its earlier one is committed. So whoever delivers need
-- not look for earlier events, and a command pays for one index less.
drop index events_of_subject_to_dispatch;
drop index events_to_dispatch;
create index events_to_dispatch on events (at, event_id) where dispatched_at is null;
-- Those that could not be dispatched, nearly always none: later ones of the same subject wait for them.
create index events_set_aside on events (listing_id, subject_id) where again_at is not null;
