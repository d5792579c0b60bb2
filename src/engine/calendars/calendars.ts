/** Feeds of a listing or of one resource, each under a URL that is a secret: made, listed, revoked. */
import { createHash, randomBytes } from 'node:crypto'
import { secretsUnder } from '../../access/api-keys.js'
import type { Tokens } from '../../access/tokens.js'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid, newId } from '../../domain/ids.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import { readResource } from '../../storage/tables/listings.js'
import {
  type CalendarAudience,
  type FeedRow,
  insertCalendar,
  listCalendars,
  revokeCalendar,
} from '../../storage/tables/notices/calendars.js'
import type { Page } from '../../storage/tables/page.js'
import type { MadeOnce, MakeOnce, MakeOptions } from '../sale/make-once.js'
import { type CalendarFeed, tellFeed } from './feed.js'

export interface NewCalendar {
  /** Default every resource of the listing. */
  readonly resourceId?: string
  /** `staff` sees who has booked what; `public` sees when something is taken, and never by whom. */
  readonly audience: CalendarAudience
}

/** A feed that was just made. */
export interface IssuedCalendar {
  readonly calendar: FeedRow
  /** The secret part of the URL `/calendars/{token}.ics`: only a digest is kept. */
  readonly token: string
}

export interface CalendarVerbs {
  /**
   * The token is told this once, and again to whoever has the idempotency key, which therefore has to be
   * random.
   *
   * @returns undefined when the listing, or the resource, does not exist
   */
  create(
    listingId: string,
    calendar: NewCalendar,
    options?: Pick<MakeOptions, 'key' | 'caller'>,
  ): Promise<MadeOnce<IssuedCalendar> | undefined>
  /** Revoked ones too. */
  list(listingId: string, page?: Page): Promise<readonly FeedRow[]>
  /** Ends a feed for good. @returns undefined when the listing has none under this id */
  revoke(listingId: string, calendarId: string): Promise<FeedRow | undefined>
  /** What whoever has the token reads; undefined for one that is unknown or revoked. */
  feed(token: string): Promise<CalendarFeed | undefined>
}

const SECRET_BYTES = 32
const TOKEN = /^([0-9a-f]{32})([0-9a-f]{32})_[\w-]{43}$/
const FIRST_PAGE: Page = { after: undefined, limit: 100 }

export function calendarVerbs({
  db,
  makeOnce,
  tokens,
}: {
  readonly db: Database
  readonly makeOnce: MakeOnce
  readonly tokens: Pick<Tokens, 'derive'>
}): CalendarVerbs {
  return {
    create: async (listingId, calendar, given = {}) => {
      checkAudience(calendar.audience)
      const secretOf =
        given.key === undefined
          ? randomSecret()
          : await secretsUnder(tokens, given.key, given.caller)
      // Pinned under no listing, so that the idempotency key is kept as a digest.
      const making = { kind: 'create_calendar', request: { listingId, calendar } } as const
      const made = await makeOnce({ ...making, options: given }, (on) =>
        createCalendar(on, listingId.toLowerCase(), calendar, secretOf),
      )
      if (made === undefined) return undefined
      const { replayed, ...row } = made
      return { calendar: row, token: tokenOf(listingId, row.calendarId, secretOf), replayed }
    },
    list: async (listingId, page = FIRST_PAGE) =>
      isUuid(listingId) ? listCalendars(db, listingId, page) : [],
    revoke: async (listingId, calendarId) =>
      isUuid(listingId) && isUuid(calendarId)
        ? revokeCalendar(db, listingId, calendarId)
        : undefined,
    feed: async (token) => {
      const [, listing = '', calendar = ''] = TOKEN.exec(token) ?? []
      if (listing === '') return undefined
      return tellFeed(
        db,
        { listingId: uuidOf(listing), calendarId: uuidOf(calendar) },
        digestOf(token),
      )
    },
  }
}

type SecretOf = (calendarId: string) => string

function randomSecret(): SecretOf {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return () => secret
}

function createCalendar(
  db: Database,
  listingId: string,
  { resourceId = null, audience }: Omit<NewCalendar, 'resourceId'> & { resourceId?: string | null },
  secretOf: SecretOf,
): Promise<FeedRow | undefined> {
  const calendarId = newId()
  const secretHash = digestOf(tokenOf(listingId, calendarId, secretOf))
  return db.transaction<FeedRow | undefined>('read committed', async (tx) => {
    if (!isUuid(listingId)) return rollback(undefined)
    if (resourceId !== null) {
      const known = isUuid(resourceId) && (await readResource(tx, listingId, resourceId))
      if (!known) return rollback(undefined)
    }
    const row = await insertCalendar(tx, listingId, {
      ...{ calendarId, resourceId, audience, secretHash },
    })
    return row === undefined ? rollback(undefined) : commit(row)
  })
}

function tokenOf(listingId: string, calendarId: string, secretOf: SecretOf): string {
  const ids = `${listingId}${calendarId}`.replaceAll('-', '').toLowerCase()
  return `${ids}_${secretOf(calendarId)}`
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** @throws HoldfastError `invalid_input` */
function checkAudience(audience: string): void {
  if (audience === 'staff' || audience === 'public') return
  throw new HoldfastError('invalid_input', 'the audience of a calendar is staff or public')
}
