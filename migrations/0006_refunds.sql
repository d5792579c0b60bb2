-- Where the money is that nothing was given for, and who changed what, and why.

-- What becomes of the money when a confirmed reservation that was paid for is cancelled.
alter table listings add column refund_on_cancel text not null default 'always'
  check (refund_on_cancel in ('always', 'never'));

-- A payment that is due back for a reservation, until somebody settles it; a settled one stays, so that
-- it is never asked for again. Who writes a refund has locked its reservation, and writes the
-- reservation's `refund_due` too: true while a refund of it is due.
create table refunds (
  listing_id uuid not null,
  reservation_id uuid not null,
  payment_ref text not null,
  refund_id uuid not null,
  reason text not null,
  due_since timestamptz not null,
  settled_at timestamptz,
  primary key (listing_id, reservation_id, payment_ref)
);

create index refunds_by_payment on refunds (listing_id, payment_ref);

create index refunds_due on refunds (listing_id, refund_id) where settled_at is null;

create index reservations_by_payment on reservations (listing_id, payment_ref)
  where payment_ref is not null;

-- Until now a reservation had one refund at the most: that of a payment that came too late.
insert into refunds
  (listing_id, reservation_id, payment_ref, refund_id, reason, due_since, settled_at)
select listing_id, reservation_id, payment_ref, reservation_id, 'capacity_gone', updated_at,
       case when not refund_due then updated_at end
from reservations
where state = 'expired'
  and payment_ref is not null;

drop index reservations_refund_due;

-- Entries from before this have neither.
alter table journal
  add column actor text,
  add column reason text;

create index journal_by_reservation on journal (listing_id, reservation_id, entry_id)
  where reservation_id is not null;

-- What happens seldom is found without reading all that happens often.
create index journal_of_rare_kinds on journal (listing_id, kind, entry_id)
  where kind not in ('held', 'confirmed', 'released', 'cancelled', 'expired', 'extended', 'changed');
