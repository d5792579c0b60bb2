/** `/v1/keys`: who may call. */
import type { FastifyInstance } from 'fastify'
import { issueApiKey } from '../../access/api-keys.js'
import {
  ApiKey,
  ApiKeyPage,
  IssuedApiKey,
  LISTINGS_PER_KEY_MAX,
  NewApiKey,
} from '../../contract/api-key.js'
import { NoFields } from '../../contract/reservation.js'
import { PageQuery, ref } from '../../contract/scalars.js'
import {
  type ApiKeyRow,
  listApiKeys,
  readApiKey,
  revokeApiKey,
} from '../../storage/tables/api-keys.js'
import { ADMINS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { showApiKey } from '../views/views.js'
import { answers, BODY, type ContractTypes, QUERY } from '../wire/answers.js'
import { pageAsked, pageShown } from '../wire/pages.js'
import { KeyParams } from '../wire/parameters.js'
import { HttpProblem } from '../wire/problems.js'

const tags = ['Keys']

export function apiKeyRoutes(scope: FastifyInstance, { db, keyring }: Services): void {
  const app = scope.withTypeProvider<ContractTypes>()

  app.post(
    '/keys',
    {
      config: { scopes: ADMINS },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make a key',
        body: ref(NewApiKey),
        response: answers({ 201: ['The key, shown this once.', ref(IssuedApiKey)] }, BODY),
      },
    },
    async (request, reply) => {
      const { name, scope: forWhom, listing_ids: listingIds = [] } = request.body
      const issued = await issueApiKey(db, { name, scope: forWhom, listingIds })
      if (issued === undefined) throw new HttpProblem('not_found')
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
      const asked = pageAsked(request.query)
      const rows = await listApiKeys(db, asked, LISTINGS_PER_KEY_MAX)
      const idOf = (row: ApiKeyRow) => row.keyId
      return pageShown(request, reply, rows, asked, { idOf, show: showApiKey })
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
      const known = await revokeApiKey(db, key_id)
      keyring.forget()
      const row = known ? await readApiKey(db, key_id, LISTINGS_PER_KEY_MAX) : undefined
      if (row === undefined) throw new HttpProblem('not_found')
      return showApiKey(row)
    },
  )
}
