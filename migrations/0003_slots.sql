-- When a resource is open, and how its time is sold.
--
-- A schedule is one document, read and replaced as a whole: opening hours of the week, exceptions,
-- and either the length of its slots or the rules for ranges. Its form is checked where it comes in.
-- Slots themselves are pools; this table is what they are made from.

create table schedules (
  listing_id uuid not null,
  resource_id uuid not null,
  spec jsonb not null check (spec ->> 'soldBy' in ('slots', 'ranges')),
  version bigint not null default 1,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, resource_id),
  foreign key (listing_id, resource_id) references resources
);
