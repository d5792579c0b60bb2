-- How early and how late the time of a resource may be booked, and what a hotel asks of arrivals and
-- departures.
--
-- With a notice of 0 a slot may be booked until it begins, and a night until it is over. Without a
-- horizon there is no last day.
alter table resources
  add column notice_minutes integer not null default 0 check (notice_minutes >= 0),
  add column horizon_days integer check (horizon_days >= 0);

-- `closed_to_departure` is of the date on which a guest leaves, whose night he does not have.
alter table nights
  add column maximum_stay smallint check (maximum_stay >= 1),
  add column closed_to_arrival boolean not null default false,
  add column closed_to_departure boolean not null default false;
