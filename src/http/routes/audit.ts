/** `/v1/audit`: whether the counters, the lines, the versions and the journal agree. */
import type { FastifyInstance } from 'fastify'
import { AuditQuery, AuditReport } from '../../contract/audit.js'
import { ref } from '../../contract/scalars.js'
import { ADMINS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showAudit } from '../views/views.js'
import { answers, type ContractTypes, QUERY } from '../wire/answers.js'
import { HttpProblem } from '../wire/problems.js'

export function auditRoutes(scope: FastifyInstance, { holdfast }: Services): void {
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
        summary: 'Check that counters, lines, versions and journal agree',
        description: 'Reads whole tables, in one snapshot; one audit at a time in each process.',
        querystring: AuditQuery,
        response: answers({ 200: ['What was found.', ref(AuditReport)] }, QUERY),
      },
    },
    async (request) => {
      const { listing_id } = request.query
      if (listing_id !== undefined && !(await holdfast.listings.exists(listing_id))) {
        throw new HttpProblem('not_found')
      }
      if (running) throw new HttpProblem('overloaded', { detail: 'Another audit is under way.' })
      running = true
      try {
        return showAudit(await holdfast.audit(listing_id))
      } finally {
        running = false
      }
    },
  )
}
