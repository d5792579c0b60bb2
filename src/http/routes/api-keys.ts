/** `/v1/keys`: who may call. */
import type { FastifyInstance } from 'fastify'
import { ApiKey, ApiKeyPage, IssuedApiKey, NewApiKey } from '../../contract/api-key.js'
import { NoFields } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import type { ApiKeyRow } from '../../engine/reads/rows.js'
import { ADMINS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showApiKey } from '../views/views.js'
import { answers, BODY, type ContractTypes, MAKING, QUERY } from '../wire/answers.js'
import { pageRequestOf, showPage } from '../wire/pages.js'
import { KeyParams, MakeHeaders } from '../wire/parameters.js'
import { markReplayed, optionalKey } from '../wire/preconditions.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Keys']

export function apiKeyRoutes(scope: FastifyInstance, { holdfast: { keys } }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/keys',
    {
      config: { scopes: ADMINS },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make a key',
        headers: MakeHeaders,
        body: ref(NewApiKey),
        response: answers({ 201: ['The key, shown this once.', ref(IssuedApiKey)] }, [
          ...MAKING,
          'idempotency_key_guessable',
        ]),
      },
    },
    async (request, reply) => {
      const { name, scope: forWhom, listing_ids: listingIds = [], origins = [] } = request.body
      const wanted = { name, scope: forWhom, listingIds, origins }
      const issued = await keys.create(wanted, optionalKey(request, { random: true }))
      if (issued === undefined) throw new HttpProblem('not_found')
      markReplayed(reply, issued)
      return reply.code(201).send({ ...showApiKey(issued.row), key: issued.key })
    },
  )

  app.get(
    '/keys',
    {
      config: { scopes: ADMINS },
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'List keys, revoked ones too',
        querystring: PageQuery,
        response: answers({ 200: ['A page.', ref(ApiKeyPage)] }, QUERY),
      },
    },
    async (request, reply) => {
      const page = pageRequestOf(request.query)
      const idOf = (row: ApiKeyRow) => row.keyId
      return showPage(request, reply, await keys.list(page), page, { idOf, show: showApiKey })
    },
  )

  app.post(
    '/keys/:key_id/revoke',
    {
      config: { scopes: ADMINS, bodyOptional: true },
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke a key for good',
        description: 'At once on this server; on others of the deployment within a second.',
        params: KeyParams,
        body: ref(NoFields),
        response: answers({ 200: ['The key, revoked.', ref(ApiKey)] }, BODY),
      },
    },
    async (request) => {
      const { key_id } = request.params
      const row = await keys.revoke(key_id)
      if (row === undefined) throw new HttpProblem('not_found')
      return showApiKey(row)
    },
  )
}
