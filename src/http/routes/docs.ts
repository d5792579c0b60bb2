/**
 * `/openapi.json`, a page to read it with at `/docs`, and `/docs/errors`, which
 * every problem's `type` links to. The pages load nothing from other servers.
 */
import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { adviceOf, kindOf, PROBLEM_CODES } from '../../contract/problem.js'

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Must run before the routes that it describes. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    hideUntagged: true,
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => String(json['$id'] ?? `schema-${i}`),
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version,
        description:
          'Reservations that never sell one room twice. Every problem is `application/problem+json` ' +
          'with a stable `code`; `/docs/errors` says what each one means.',
        license: { name: 'MIT', identifier: 'MIT' } as { name: string },
      },
      servers: [{ url: '/' }],
      tags: TAGS.map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key: `hf_<prefix>_<secret>`.',
          },
        },
      },
      security: [{ key: [] }],
    },
  })
}

const TAGS = [
  ['Listings', 'What is on sale, and what it allows.'],
  ['Resources', 'What a listing sells places on.'],
  ['Pools', 'How many there are.'],
  ['Slots', 'When time is sold, and the slots of it.'],
  ['Availability', 'What is left.'],
  ['Nights', 'What a hotel has, night by night.'],
  ['Blocks', 'Rooms that are set aside for a party.'],
  ['Reservations', 'Who has it.'],
  ['Refunds', 'Money that is due back.'],
  ['Journal', 'Every change, when it was made, by whom and why.'],
  ['Audit', 'Whether the books agree.'],
  ['Keys', 'Who may call.'],
  ['Health', 'Whether a process can serve.'],
] as const

export async function docsRoutes(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', async () => app.swagger())

  app.get('/docs/errors', async (_request, reply) => {
    reply.type('text/html; charset=utf-8')
    return errorsPage()
  })

  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', PAGE_POLICY)
    })
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { tryItOutEnabled: false, validatorUrl: null },
    })
  })
}

/** The same table as docs/errors.md, with an anchor for every code. */
function errorsPage(): string {
  const rows = PROBLEM_CODES.map((code) => {
    const { status, title, retryable = false } = kindOf(code)
    const cells = [`<code>${code}</code>`, status, retryable ? 'yes' : 'no', title, adviceOf(code)]
    return `<tr id="${code}">${cells.map((cell) => `<td>${inHtml(String(cell))}</td>`).join('')}</tr>`
  })
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Holdfast: errors</title></head>',
    '<body><h1>Errors</h1><table><thead><tr><th>code</th><th>status</th>',
    '<th>retry with the same key</th><th>what happened</th><th>what to do</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></body></html>`,
  ].join('\n')
}

/** Sentences have code in backticks and no other markup. */
function inHtml(sentence: string): string {
  return sentence.replaceAll(/`([^`]*)`/g, (_all, code: string) => {
    return `<code>${code.replaceAll('<', '&lt;')}</code>`
  })
}
