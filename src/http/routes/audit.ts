/** `/v1/audit`: whether the counters, the lines, the versions and the journal agree. */
import type { FastifyInstance } from 'fastify'
import { AuditQuery, AuditReport } from '../../contract/audit.js'
import { ref } from '../../contract/scalars.js'
import { audit } from '../../engine/audit.js'
import { hasListing } from '../../engine/listings.js'
import { answers, type ContractTypes, QUERY } from '../answers.js'
import { ADMINS } from '../auth.js'
import { HttpProblem } from '../problems.js'
import type { Services } from '../services.js'
import { showAudit } from '../views.js'

export function auditRoutes(scope: FastifyInstance, { db }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()
  let running = false

  app.get(
    '/audit',
    {
      config: { scopes: ADMINS },
      exposeHeadRoute: false,
      schema: {
        tags: ['Audit'],
        operationId: 'audit',
        summary: 'Hold all tellings of the history against each other',
        description: 'Reads whole tables, in one snapshot; one audit at a time in each process.',
        querystring: AuditQuery,
        response: answers({ 200: ['What was found.', ref(AuditReport)] }, QUERY),
      },
    },
    async (request) => {
      const { listing_id } = request.query
      if (listing_id !== undefined && !(await hasListing(db, listing_id))) {
        throw new HttpProblem('not_found')
      }
      if (running) throw new HttpProblem('overloaded', { detail: 'Another audit is under way.' })
      running = true
      try {
        return showAudit(await audit(db, listing_id))
      } finally {
        running = false
      }
    },
  )
}
