/**
 * Where the rows of each table live when PostgreSQL is spread over several nodes by Citus: with their
 * listing, so that whatever names a listing is done on one node; or on every node, what is small, seldom
 * written and about no listing. A table refers to tables before it alone: in this order they are spread.
 */
export type TablePlace = 'with their listing' | 'on every node'

export const PLACES: Readonly<Record<string, TablePlace>> = {
  schema_migrations: 'on every node',
  api_keys: 'on every node',
  deployment_secrets: 'on every node',
  api_key_listings: 'on every node',
  listeners: 'on every node',
  listings: 'with their listing',
  resources: 'with their listing',
  pools: 'with their listing',
  reservations: 'with their listing',
  reservation_lines: 'with their listing',
  journal: 'with their listing',
  answers: 'with their listing',
  customers: 'with their listing',
  units: 'with their listing',
  schedules: 'with their listing',
  nights: 'with their listing',
  blocks: 'with their listing',
  refunds: 'with their listing',
  events: 'with their listing',
  deliveries: 'with their listing',
  webhooks: 'with their listing',
  contacts: 'with their listing',
  reservation_metadata: 'with their listing',
  calendars: 'with their listing',
}

/** Functions that run on the node of the listing that is their only argument. */
export const FUNCTIONS_OF_A_LISTING: readonly string[] = ['defer_exclusions']
