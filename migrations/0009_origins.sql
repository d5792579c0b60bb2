-- From which pages a storefront's key may be used: origins as browsers send them, or '*' for any. Other
-- keys are secret and belong in no page. A key of the time before this has none.
alter table api_keys
  add column origins text[] not null default '{}'
  constraint api_keys_origins_of_storefronts check (scope = 'storefront' or origins = '{}');
