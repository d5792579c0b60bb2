/**
 * `/openapi.json`, a page to read it with at `/docs`, and `/docs/errors`, which
 * every problem's `type` links to. The pages load nothing from other servers.
 */
import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { adviceOf, kindOf, PROBLEM_CODES } from '../../contract/problem.js'
import { addExamples } from '../views/body-examples.js'

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
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      addExamples(document.openapiObject.paths ?? {})
      nameMembersInBrackets(document.openapiObject.paths ?? {})
      return document.openapiObject
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

interface WithParameters {
  readonly parameters?: {
    in: string
    schema?: { type?: string }
    style?: string
    explode?: boolean
  }[]
}

/** What a query takes as an object it takes as `name[member]=value`. */
function nameMembersInBrackets(paths: Readonly<Record<string, object | undefined>>): void {
  for (const methods of Object.values(paths)) {
    for (const { parameters = [] } of Object.values(methods ?? {}) as WithParameters[]) {
      for (const parameter of parameters) {
        if (parameter.in !== 'query' || parameter.schema?.type !== 'object') continue
        Object.assign(parameter, { style: 'deepObject', explode: true })
      }
    }
  }
}

/** A bollard with a line made fast to it. */
const MARK =
  '<rect width="32" height="32" rx="6" fill="#12343b"/>' +
  '<path d="M8 8v16M24 8v16M8 16h16" stroke="#fff" stroke-width="4" stroke-linecap="round"/>' +
  '<path d="M6 13h4M22 19h4" stroke="#e0a458" stroke-width="3" stroke-linecap="round"/>'
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${MARK}</svg>`
const LOGO =
  `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="32" viewBox="0 0 150 32">${MARK}` +
  '<text x="42" y="23" fill="#fff" font-family="sans-serif" font-size="20">Holdfast</text></svg>'
const SVG = 'image/svg+xml'

const TAGS = [
  ['Listings', 'What is on sale, and what it allows.'],
  ['Resources', 'What a listing sells places on.'],
  ['Pools', 'How many there are.'],
  ['Slots', 'When time is sold, and the slots of it.'],
  ['Availability', 'What is left.'],
  ['Nights', 'What a hotel has, night by night.'],
  ['Blocks', 'Rooms that are set aside for a party.'],
  ['Reservations', 'Who has it.'],
  ['Calendars', 'Feeds that calendars subscribe to, each under a secret URL.'],
  ['Refunds', 'Money that is due back.'],
  ['Journal', 'Every change, when it was made, by whom and why.'],
  ['Audit', 'Whether the books agree.'],
  ['Keys', 'Who may call.'],
  ['Webhooks', 'Programs of others that are told of events.'],
  ['Notices', 'What somebody was to be told of, and was not.'],
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
      logo: { type: SVG, content: Buffer.from(LOGO), href: '/docs/' },
      theme: {
        title: 'Holdfast: the API',
        favicon: [
          {
            filename: 'holdfast.svg',
            rel: 'icon',
            type: SVG,
            sizes: 'any',
            content: Buffer.from(ICON),
          },
        ],
      },
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
