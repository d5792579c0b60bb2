-- Where programs of others are told of events. Under the nil UUID are those that hear of every listing.
--
-- A secret is derived from a secret of the deployment, the endpoint and the salt; rotation draws another
-- salt, and the old one signs as well until its time is up. No kinds stand for every kind, also for those
-- that later versions have. Without a URL nobody is called: `holdfast webhooks listen` reads the log of
-- deliveries, and renews the time at which the endpoint is forgotten.

create table webhooks (
  listing_id uuid not null,
  webhook_id uuid not null,
  url text check (length(url) <= 2000),
  kinds text[] not null,
  description text not null check (length(description) <= 500),
  secret_salt uuid not null,
  old_secret_salt uuid,
  old_secret_until timestamptz,
  disabled_because text check (disabled_because in ('by_hand', 'gone')),
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, webhook_id),
  constraint webhooks_old_secret_ends check ((old_secret_salt is null) = (old_secret_until is null)),
  constraint webhooks_without_url_expire check (url is not null or expires_at is not null)
);

create index webhooks_by_id on webhooks (webhook_id);

create index webhooks_that_end on webhooks (expires_at) where expires_at is not null;

-- When the newest attempt began, for whoever looks why an endpoint was not told.
alter table deliveries add column attempted_at timestamptz;
