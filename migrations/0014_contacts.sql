-- How to reach who a reservation is for, and what a seller notes about what is sold and booked.

-- Read and written on its own: nobody's name, address or number is in any other table than this one and
-- the column `customer`. Who sends no contact has no row.
create table contacts (
  listing_id uuid not null,
  reservation_id uuid not null,
  name text,
  email text,
  phone text,
  locale text,
  note text,
  primary key (listing_id, reservation_id)
);

-- The seller's own keys for a reservation, a row each: so that an index of fixed width finds the
-- reservations that have a value, in the order of their ids.
create table reservation_metadata (
  listing_id uuid not null,
  reservation_id uuid not null,
  key text not null,
  value text not null,
  primary key (listing_id, reservation_id, key)
);

create unique index reservation_metadata_by_value
  on reservation_metadata (listing_id, key, value, reservation_id);

alter table listings add column metadata jsonb not null default '{}';

alter table resources add column metadata jsonb not null default '{}';

-- A row here is nothing but what is locked while a limit is checked. A name that was corrected left its own
-- behind; from now on it goes with the name.
delete from customers
where not exists (
  select
  from reservations
  where reservations.listing_id = customers.listing_id
    and reservations.customer = customers.customer
);
