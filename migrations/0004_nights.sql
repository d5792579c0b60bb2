-- Hotels by the night, and the rooms that they set aside for a party.

-- A private resource is a block's own: its pools are no part of the general stock.
alter table resources add column private boolean not null default false;

-- The night of a calendar date, on a resource that is sold by the night. What is left of it is the
-- pool's to say; here is which pool that is, and what the hotel asks of whoever arrives on that date.
create table nights (
  listing_id uuid not null,
  resource_id uuid not null,
  night date not null,
  pool_id uuid not null,
  minimum_stay smallint not null default 1 check (minimum_stay >= 1),
  on_sale boolean not null default true,
  primary key (listing_id, resource_id, night),
  unique (listing_id, pool_id),
  foreign key (listing_id, resource_id) references resources (listing_id, resource_id),
  foreign key (listing_id, pool_id) references pools (listing_id, pool_id)
);

-- Rooms of one type, set aside night by night for a party. A definite block has a resource of its own
-- under its own id, with a pool for each night, and a reservation of the same rooms of the hotel:
-- who picks up a room takes it from the block's pool, and the hotel's pool has counted it already.
-- `to_give_back` is true from the moment in which a block's pools are closed until its reservation
-- has been cut down to what was picked up.
create table blocks (
  listing_id uuid not null,
  block_id uuid not null,
  resource_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  from_date date not null,
  to_date date not null,
  quantity integer not null check (quantity > 0),
  cut_off date not null,
  cut_off_at timestamptz not null,
  state text not null default 'tentative' check (state in ('tentative', 'definite', 'released')),
  reservation_id uuid check (state <> 'definite' or reservation_id is not null),
  to_give_back boolean not null default false check (state = 'released' or not to_give_back),
  version bigint not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, block_id),
  check (from_date < to_date),
  foreign key (listing_id, resource_id) references resources (listing_id, resource_id),
  foreign key (listing_id, block_id) references resources (listing_id, resource_id)
);

create index blocks_due on blocks (cut_off_at) where state in ('tentative', 'definite');

create index blocks_to_give_back on blocks (listing_id, block_id) where to_give_back;

-- Cancellations after the cut-off leave rooms in the pools of a block that is closed.
create index blocks_released on blocks (to_date) where state = 'released';
