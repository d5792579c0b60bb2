-- What an audit needs in order to replay the journal into everything that there should be.

-- Which command an answer was given to. A reservation is made once, so of the answers that name it
-- one at the most is a creation's. Null: an older version wrote it.
alter table answers add column command text;

-- The history of a pool begins with an entry that says what it is and what it has. Pools that are
-- there already get theirs now, at the version that they have come to. The id is a UUIDv7 of now.
insert into journal (listing_id, entry_id, kind, pool_id, detail)
select pools.listing_id,
       overlay(
         gen_random_uuid()::text
         placing overlay(
           lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
           placing '-' from 9 for 0
         ) || '-7'
         from 1 for 15
       )::uuid,
       'pool_opened',
       pools.pool_id,
       jsonb_strip_nulls(jsonb_build_object(
         'version', pools.version,
         'resource_id', pools.resource_id,
         'capacity', pools.capacity,
         'exclusive', case when pools.exclusive then true end,
         'closed', case when pools.closed then true end,
         'from_ms', floor(extract(epoch from lower(pools.during)) * 1000)::bigint,
         'to_ms', floor(extract(epoch from upper(pools.during)) * 1000)::bigint,
         'night', nights.night::text
       ))
from pools
left join nights
  on nights.listing_id = pools.listing_id
  and nights.pool_id = pools.pool_id;
