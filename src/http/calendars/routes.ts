/** `/v1/listings/{listing_id}/calendars`: makes feeds for calendars, lists them, revokes them. */
import type { FastifyInstance } from 'fastify'
import {
  Calendar,
  CalendarPage,
  IssuedCalendar,
  NewCalendar,
} from '../../contract/notices/calendar.js'
import { NoFields } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { FeedRow } from '../../engine/reads/rows.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { CalendarParams, ListingParams, MakeHeaders } from '../wire/parameters.js'
import { markReplayed, optionalKey } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Calendars']
const config = { scopes: SELLERS }
const PATH = '/listings/:listing_id/calendars'

export function calendarRoutes(scope: FastifyInstance, services: Services): void {
  createRoute(scope, services)
  listRoute(scope, services)
  revokeRoute(scope, services)
}

function createRoute(scope: FastifyInstance, { holdfast: { calendars } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    PATH,
    {
      config,
      schema: {
        tags,
        operationId: 'createCalendar',
        summary: 'Make a feed that calendars subscribe to',
        params: ListingParams,
        headers: MakeHeaders,
        body: ref(NewCalendar),
        response: answers({ 201: ['The feed, its path shown this once.', ref(IssuedCalendar)] }, [
          ...MAKING,
          'idempotency_key_guessable',
          'unknown_resource',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { audience, resource_id: resourceId } = request.body
      const wanted = resourceId === undefined ? { audience } : { audience, resourceId }
      const made = await calendars.create(
        listing_id,
        wanted,
        optionalKey(request, { random: true }),
      )
      if (made === undefined) {
        throw new HttpProblem('unknown_resource', { resource_ids: [resourceId ?? ''] })
      }
      markReplayed(reply, made)
      const path = `/calendars/${made.token}.ics`
      return reply.code(201).send({ ...showCalendar(listing_id, made.calendar), path })
    },
  )
}

function listRoute(scope: FastifyInstance, { holdfast: { calendars } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    PATH,
    {
      config,
      schema: {
        tags,
        operationId: 'listCalendars',
        summary: 'List the feeds, revoked ones too',
        params: ListingParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(CalendarPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const page = pageRequestOf(request.query)
      return showPage(request, reply, await calendars.list(listing_id, page), page, {
        idOf: (row: FeedRow) => row.calendarId,
        show: (row) => showCalendar(listing_id, row),
      })
    },
  )
}

function revokeRoute(scope: FastifyInstance, { holdfast: { calendars } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    `${PATH}/:calendar_id/revoke`,
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags,
        operationId: 'revokeCalendar',
        summary: 'End a feed for good',
        description: 'A repeated call changes nothing.',
        params: CalendarParams,
        body: ref(NoFields),
        response: answers({ 200: ['The feed.', ref(Calendar)] }, BODY),
      },
    },
    async (request) => {
      const { listing_id, calendar_id } = request.params
      const row = await calendars.revoke(listing_id, calendar_id)
      if (row === undefined) throw new HttpProblem('not_found')
      return showCalendar(listing_id, row)
    },
  )
}

function showCalendar(listingId: string, row: FeedRow): Calendar {
  return {
    id: row.calendarId,
    listing_id: listingId,
    resource_id: row.resourceId,
    audience: row.audience,
    created_at: new Date(row.createdAtMs).toISOString(),
    revoked_at: row.revokedAtMs === null ? null : new Date(row.revokedAtMs).toISOString(),
  }
}
