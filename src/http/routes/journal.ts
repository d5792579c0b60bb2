/** `/v1/listings/{listing_id}/journal`, and the part of it that is about one reservation. */
import type { FastifyInstance } from 'fastify'
import { JournalEntryPage, JournalQuery } from '../../contract/journal.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { JournalRow } from '../../engine/reads/journal.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showEntry } from '../views/journal.js'
import { answers, type ContractTypes, QUERY } from '../wire/answers.js'
import { momentOf } from '../wire/moments.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { ListingParams, ReservationParams } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'

const SHOWN = { idOf: (row: JournalRow) => row.entryId, show: showEntry }
const config = { scopes: SELLERS }

export function journalRoutes(scope: FastifyInstance, { holdfast }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.get(
    '/listings/:listing_id/journal',
    {
      config,
      schema: {
        tags: ['Journal'],
        operationId: 'listJournal',
        summary: 'List every change, the newest first',
        description: 'The filters may be combined; `since` is included, `until` is not.',
        params: ListingParams,
        querystring: JournalQuery,
        response: answers({ 200: ['A page.', ref(JournalEntryPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { kind, reservation_id, resource_id, block_id, actor, since, until } = request.query
      const page = pageRequestOf(request.query)
      const rows = await holdfast.journal.list(listing_id, page, {
        kind,
        reservationId: reservation_id,
        resourceId: resource_id,
        blockId: block_id,
        actor,
        fromMs: momentOf('/since', since),
        toMs: momentOf('/until', until),
      })
      return showPage(request, reply, rows, page, SHOWN)
    },
  )

  app.get(
    '/listings/:listing_id/reservations/:reservation_id/history',
    {
      config,
      schema: {
        tags: ['Journal'],
        operationId: 'getReservationHistory',
        summary: 'See what happened to a reservation, the oldest entry first',
        params: ReservationParams,
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(JournalEntryPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const { listing_id, reservation_id } = request.params
      const page = pageRequestOf(request.query)
      const rows = await holdfast.reservations.history(listing_id, reservation_id, page)
      if (rows === undefined) throw new HttpProblem('not_found')
      return showPage(request, reply, rows, page, SHOWN)
    },
  )
}
