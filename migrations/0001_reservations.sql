-- Listings, what they sell, and who has it.
--
-- Every primary key begins with listing_id, and every unique, foreign and exclusion constraint
-- includes it: a listing's rows can live together on one shard. Ids are UUIDv7 made by the program.

create extension if not exists btree_gist;

-- What a column may hold is said by its type wherever one row's one column tells it. A table's own
-- checks are read anew by every statement that writes the table; of these there are as few as a hot
-- pool can bear: those that compare columns.
create domain unit_count as integer check (value >= 0);
create domain positive_count as integer check (value > 0);
create domain bounded_range as tstzrange
  check (not isempty(value) and not lower_inf(value) and not upper_inf(value));
create type reservation_state as enum ('held', 'confirmed', 'released', 'expired', 'cancelled');

create table listings (
  listing_id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  time_zone text not null default 'UTC',
  customer_units_max integer check (customer_units_max > 0),
  customer_holds_max integer check (customer_holds_max > 0),
  hold_ttl_ms_max bigint not null default 3600000 check (hold_ttl_ms_max > 0),
  hold_age_ms_max bigint not null default 7200000 check (hold_age_ms_max > 0),
  created_at timestamptz not null default now()
);

-- An exclusive resource is sold to one customer at a time. Without a time zone of its own it has the
-- listing's.
create table resources (
  listing_id uuid not null references listings,
  resource_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  exclusive boolean not null default false,
  time_zone text,
  created_at timestamptz not null default now(),
  primary key (listing_id, resource_id),
  unique (listing_id, resource_id, exclusive)
);

-- A countable stock; with a time range it is a slot or a night. `overcommitted` is 0 unless somebody
-- lowered the capacity below what was taken, with a reason that the journal keeps; it then falls
-- with every give-back, so that the guard is never wider than it has to be. `exclusive` repeats the resource's
-- own flag (the foreign key keeps it true) because an exclusion constraint sees one table only.
-- A pool that is `closed` is not on offer: it has no capacity, and nobody has any of it, so others may
-- stand where it stood. Two slots of an exclusive resource never overlap, and none has room for two.
-- The exclusion is deferrable for one transaction alone: the one in which a customer moves from a
-- range to another that overlaps it.
-- The low fillfactor leaves room in the page: `taken` and `version` are in no index, so a hot row
-- is rewritten in place, without touching an index.
create table pools (
  listing_id uuid not null,
  pool_id uuid not null,
  resource_id uuid not null,
  exclusive boolean not null default false,
  closed boolean not null default false,
  during bounded_range,
  capacity unit_count not null,
  taken integer not null default 0,
  overcommitted unit_count not null default 0,
  version bigint not null default 0,
  primary key (listing_id, pool_id),
  foreign key (listing_id, resource_id, exclusive)
    references resources (listing_id, resource_id, exclusive),
  constraint pools_taken_not_negative check (taken >= 0),
  constraint pools_taken_within_capacity check (taken <= capacity + overcommitted),
  constraint pools_closed_has_nothing check (not closed or (capacity = 0 and taken = 0)),
  constraint pools_exclusive_slot_for_one
    check (not exclusive or (during is not null and capacity <= 1)),
  constraint pools_exclusive_slots_apart
    exclude using gist (listing_id with =, resource_id with =, during with &&)
    where (exclusive and not closed)
    deferrable initially immediate
) with (fillfactor = 40);

create index pools_by_time on pools (listing_id, resource_id, lower(during))
  where during is not null;

create index pools_without_time on pools (listing_id, resource_id, pool_id)
  where during is null;

-- No foreign key from here on: the engine has already locked the row that it would check, and the
-- check would cost about a fifth of the throughput of a hot pool.
create table reservations (
  listing_id uuid not null,
  reservation_id uuid not null,
  state reservation_state not null,
  customer text not null,
  expires_at timestamptz check ((state = 'held') = (expires_at is not null)),
  payment_ref text,
  refund_due boolean not null default false,
  line_count smallint not null,
  version bigint not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, reservation_id)
);

create index reservations_held on reservations (listing_id, expires_at) where state = 'held';

create index reservations_refund_due on reservations (listing_id, updated_at) where refund_due;

create index reservations_by_customer
  on reservations (listing_id, customer)
  where state in ('held', 'confirmed');

-- Each line remembers the pool version at which it was taken and, later, given back: the order of
-- events on a pool can be replayed from the rows. A line that others stand in for stays, `replaced`.
create table reservation_lines (
  listing_id uuid not null,
  reservation_id uuid not null,
  line_no smallint not null,
  pool_id uuid not null,
  quantity positive_count not null,
  taken_version bigint not null,
  given_back_version bigint,
  replaced boolean not null default false,
  primary key (listing_id, reservation_id, line_no)
);

-- Append-only: one entry for every change, written in the transaction that made it.
create table journal (
  listing_id uuid not null,
  entry_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  reservation_id uuid,
  pool_id uuid,
  detail jsonb not null default '{}',
  primary key (listing_id, entry_id)
);

-- The definite answer to every request that came with a key, written in the transaction that it
-- speaks of: whoever asks again is told the same.
create table answers (
  listing_id uuid not null,
  idempotency_key text not null,
  request_hash bytea not null,
  outcome jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, idempotency_key)
);

create index answers_by_age on answers (created_at);

-- A row to lock while a customer's limit is checked; it holds no count that could go wrong.
create table customers (
  listing_id uuid not null,
  customer text not null,
  primary key (listing_id, customer)
);

-- One row per unit, for the strategy `skip-locked` alone.
create table units (
  listing_id uuid not null,
  pool_id uuid not null,
  unit_no integer not null,
  reservation_id uuid,
  primary key (listing_id, pool_id, unit_no)
);

create index units_free on units (listing_id, pool_id, unit_no) where reservation_id is null;
