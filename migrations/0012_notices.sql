-- Word to the outside: an event is written in the transaction that it tells of, and becomes a delivery for
-- each destination that wants it. Who is told is decided when the event is dispatched, never before COMMIT.
--
-- Nothing here is ever read by the time or the id of a change, which are set before COMMIT and not in the
-- order of COMMITs: what is still to be done is a state of its row.

-- Who wants to hear of a listing; under the nil UUID, of every listing. Without one nothing is written.
create table listeners (
  listing_id uuid not null,
  channel text not null check (channel <> ''),
  destination text not null check (length(destination) between 1 and 200),
  -- Renewed by whoever listens for as long as it runs; null: until it is removed.
  until timestamptz,
  primary key (listing_id, channel, destination)
);

create table events (
  listing_id uuid not null,
  event_id uuid not null,
  kind text not null,
  -- The reservation, the block or the pool.
  subject_id uuid not null,
  -- The subject's, which the change brought about: events of one subject are told in its order.
  version integer not null check (version >= 0),
  snapshot jsonb not null,
  at timestamptz not null default clock_timestamp(),
  dispatched_at timestamptz,
  -- Of an event that could not be dispatched: how often, and when that is tried again.
  failures smallint not null default 0,
  again_at timestamptz,
  primary key (listing_id, event_id)
);

create index events_to_dispatch on events (event_id) where dispatched_at is null;
create index events_of_subject_to_dispatch on events (listing_id, subject_id, version)
  where dispatched_at is null;
create index events_dispatched on events (dispatched_at) where dispatched_at is not null;

create table deliveries (
  listing_id uuid not null,
  delivery_id uuid not null,
  event_id uuid not null,
  subject_id uuid not null,
  version integer not null,
  channel text not null,
  destination text not null,
  state text not null default 'due' check (state in ('due', 'delivered', 'needless', 'dead')),
  attempts integer not null default 0,
  -- When it is tried (again), and since when it is.
  due_at timestamptz not null default clock_timestamp(),
  begun_at timestamptz not null default clock_timestamp(),
  -- Whoever delivers it has it until then; the fence rises with each who does, and only the newest may
  -- say what came of it.
  leased_until timestamptz,
  fence integer not null default 0,
  -- What came of the newest attempt.
  status smallint,
  reason text check (length(reason) <= 500),
  answer text check (length(answer) <= 1024),
  ended_at timestamptz,
  primary key (listing_id, delivery_id),
  constraint deliveries_event_once unique (listing_id, event_id, destination),
  constraint deliveries_end check ((state = 'due') = (ended_at is null))
);

create index deliveries_due on deliveries (destination, due_at) where state = 'due';
create index deliveries_of_subject_due on deliveries (listing_id, subject_id, destination, version)
  where state = 'due';
create index deliveries_of_destination on deliveries (destination, delivery_id);
create index deliveries_dead on deliveries (listing_id, delivery_id) where state = 'dead';
create index deliveries_ended on deliveries (ended_at) where ended_at is not null and state <> 'dead';
