-- Feeds that calendars subscribe to, each under a secret URL. The URL has the ids of the row and a secret,
-- of which a digest is kept, as of API keys.
create table calendars (
  listing_id uuid not null references listings,
  calendar_id uuid not null,
  -- Null: every resource of the listing.
  resource_id uuid,
  audience text not null check (audience in ('staff', 'public')),
  secret_hash bytea not null,
  -- Of what was told last, and since when that is so: in whole seconds, as Last-Modified has it, and later
  -- with every change.
  content_hash bytea,
  modified_at timestamptz not null default date_trunc('second', clock_timestamp()),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  primary key (listing_id, calendar_id),
  foreign key (listing_id, resource_id) references resources (listing_id, resource_id)
);
