-- Whose an idempotency key is, and whether a listing's storefront may confirm.
--
-- A key belongs to the caller that sends it: callers who do not know each other may choose the same one.
-- An answer of the time before this, or of a server of that version that still runs, has the caller
-- `*`: it is replayed to every caller of the listing, as it was then. After a day there is none left.
alter table answers add column caller text not null default '*';

alter table answers drop constraint answers_pkey;

alter table answers
  add constraint answers_pkey primary key (listing_id, idempotency_key, caller);

-- `never`: the seller confirms. `free`: what is sold costs nothing, so a storefront's key confirms its
-- own hold.
alter table listings
  add column storefront_confirms text not null default 'never'
  check (storefront_confirms in ('never', 'free'));
