/** `…/resources/{resource_id}/schedule` and `…/slots`: when time is sold, and the slots of it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ref } from '../../contract/scalars.js'
import {
  DateRange,
  DateRangeQuery,
  GeneratedSlots,
  NewSchedule,
  ResourceSlots,
  Schedule,
} from '../../contract/schedule.js'
import { versionMissed } from '../../domain/reservation/command.js'
import type { ResourceTerms, SlotRow } from '../../engine/reads/rows.js'
import { EVERYBODY, SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import { daysIn } from '../guard/date-bounds.js'
import { lookOf } from '../guard/look-of.js'
import type { Services } from '../services.js'
import { isScheduled, scheduleOf, showSchedule } from '../views/schedules.js'
import { showSlot, showSpan } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { LookHeaders, MatchHeaders, ResourceParams } from '../wire/parameters.js'
import { etagOf, isAnsweredByTag, versionSeen } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'
import { jsonItems, writeInSlices } from '../wire/slices.js'

const PATH = '/listings/:listing_id/resources/:resource_id'
const tags = ['Slots']

export function slotRoutes(scope: FastifyInstance, services: Services): void {
  scheduleRoutes(scope, services)
  slotCollection(scope, services)
}

function scheduleRoutes(scope: FastifyInstance, { holdfast: { slots } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    `${PATH}/schedule`,
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'getSchedule',
        summary: 'See when a resource is open and how its time is sold',
        params: ResourceParams,
        headers: LookHeaders,
        response: answers({ 200: ['The schedule.', ref(Schedule)], 304: ['Unchanged.', null] }),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const terms = await slots.schedule(listing_id, resource_id)
      if (!isScheduled(terms)) throw new HttpProblem('not_found')
      if (isAnsweredByTag(request, reply, etagOf(terms.scheduleVersion))) return reply
      return showSchedule(terms)
    },
  )

  app.put(
    `${PATH}/schedule`,
    {
      config: { scopes: SELLERS },
      schema: {
        tags,
        operationId: 'setSchedule',
        summary: "Set or replace a resource's schedule",
        description:
          'Existing slots stay as they are until they are made again; ranges follow the schedule at once.',
        params: ResourceParams,
        headers: MatchHeaders,
        body: ref(NewSchedule),
        response: answers({ 200: ['The schedule.', ref(Schedule)] }, [
          ...BODY,
          'if_match_malformed',
          'version_mismatch',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const seen = versionSeen(request)
      const schedule = scheduleOf(request.body)
      const mayReplace = (before: ResourceTerms) => {
        const expected = versionMissed(seen, before.scheduleVersion)
        if (expected === undefined) return
        throw new HttpProblem('version_mismatch', {
          expected_version: expected,
          version: before.scheduleVersion ?? 0,
        })
      }
      const by = byCaller(request, request.body.reason)
      const terms = await slots.setSchedule(listing_id, resource_id, schedule, mayReplace, by)
      if (!isScheduled(terms)) throw new HttpProblem('not_found')
      return reply.header('etag', etagOf(terms.scheduleVersion)).send(showSchedule(terms))
    },
  )
}

const DAYS_BY_DEFAULT = 7
/** Of one slot as it is read. */
const SLOT_BYTES = 150

function slotCollection(
  scope: FastifyInstance,
  { holdfast: { slots }, limits, looks }: Services,
): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    `${PATH}/slots`,
    {
      config: { scopes: SELLERS },
      schema: {
        tags,
        operationId: 'generateSlots',
        summary: 'Make the slots that begin on some dates, at most a year and 5,000 slots at once',
        description:
          'A repeated call is safe: no slot is made twice, booked slots stay as they are, and free ' +
          'slots that are no longer in the schedule are closed.',
        params: ResourceParams,
        body: ref(DateRange),
        response: answers({ 200: ['What became of them.', ref(GeneratedSlots)] }, BODY),
      },
    },
    async (request) => {
      const { listing_id, resource_id } = request.params
      const { from, to, reason } = request.body
      const by = byCaller(request, reason)
      const made = await slots.generate(listing_id, resource_id, { from, to }, by)
      if (made === undefined) throw new HttpProblem('not_found')
      return { ...made, blocked: made.blocked.map(showSpan) }
    },
  )

  app.get(
    `${PATH}/slots`,
    {
      config: { scopes: EVERYBODY },
      schema: {
        tags,
        operationId: 'getSlots',
        summary: 'See the slots that begin on some dates, closed ones too',
        description:
          "At most 62 days; default the week that begins today. A storefront's key sees what is on " +
          'offer alone, and may ask for 42 days, unless the server is configured otherwise.',
        params: ResourceParams,
        querystring: DateRangeQuery,
        response: answers({ 200: ['The slots.', ref(ResourceSlots)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id, resource_id } = request.params
      const { from, to } = request.query
      const days = from && to ? daysIn({ from, to }) : DAYS_BY_DEFAULT
      const look = lookOf(request, reply, { subject: `slots ${resource_id}`, days })
      const body = await looks.take(look, async () => {
        const read = await slots.list(listing_id, resource_id, {
          ...request.query,
          ...boundsOf(request, limits),
        })
        if (read === undefined) throw new HttpProblem('not_found')
        const head = JSON.stringify({ resource_id, time_zone: read.timeZone }).slice(0, -1)
        const text = slotsText(`${head},"slots":[`, read.slots)
        return { bytes: read.slots.length * SLOT_BYTES, answer: await writeInSlices(text) }
      })
      return reply.type('application/json; charset=utf-8').send(body)
    },
  )
}

/** A storefront's key sees what is on offer. */
function boundsOf({ principal }: FastifyRequest, { storefrontDaysMax }: Services['limits']) {
  return principal.scope === 'storefront' ? { onOfferAlone: true, daysMax: storefrontDaysMax } : {}
}

function* slotsText(head: string, slots: readonly SlotRow[]): Generator<string> {
  yield head
  yield* jsonItems(slots, showSlot)
  yield ']}'
}
