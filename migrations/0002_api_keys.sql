-- Who may call, and the secrets of a deployment.
--
-- Of an API key only the prefix that finds it and a hash of the whole are kept. A key belongs to the
-- deployment, not to a listing, so its table has no listing_id; what it may touch has.

create table api_keys (
  key_id uuid primary key,
  prefix text not null unique check (prefix ~ '^[0-9a-f]{12}$'),
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  scope text not null check (scope in ('admin', 'seller', 'storefront')),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Which listings a seller's or a storefront's key may touch. Listings are never deleted, so there is
-- no foreign key that would have to watch them.
create table api_key_listings (
  listing_id uuid not null,
  key_id uuid not null references api_keys,
  primary key (listing_id, key_id)
);

create index api_key_listings_by_key on api_key_listings (key_id, listing_id);

create table deployment_secrets (
  name text primary key,
  secret bytea not null check (octet_length(secret) >= 32),
  created_at timestamptz not null default clock_timestamp()
);

-- What a reservation's token is derived with: 366 random bits from the server's own generator.
insert into deployment_secrets (name, secret)
values (
  'reservation_token',
  sha256(convert_to(
    gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text,
    'UTF8'
  ))
);
