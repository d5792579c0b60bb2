/** What the service says of itself: the OpenAPI document, the table of errors, the pages. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { adviceOf, kindOf, PROBLEM_CODES, type ProblemCode } from '../../../src/contract/problem.js'
import { operationsOf } from '../../support/http/operations.js'
import { useService } from '../../support/http/service.js'

const service = useService()
const root = fileURLToPath(new URL('../../../', import.meta.url))

interface ProblemSchema {
  readonly properties: Record<string, { readonly enum?: string[] }>
  readonly required: string[]
}

function problemSchema(): ProblemSchema {
  const document = service.app.swagger() as unknown as {
    components: { schemas: { Problem: ProblemSchema } }
  }
  return document.components.schemas.Problem
}

describe('/openapi.json', () => {
  test('is a valid OpenAPI 3.1 document, by a linter of somebody else’s', async () => {
    const response = await service.app.inject('/openapi.json')
    expect(response.json().openapi).toBe('3.1.0')
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-openapi-'))
    try {
      const file = join(folder, 'openapi.json')
      await writeFile(file, response.body)
      await writeFile(join(folder, 'redocly.yaml'), 'extends:\n  - recommended-strict\n')
      const linter = join(root, 'node_modules/.bin/redocly')
      const { stdout, stderr } = await promisify(execFile)(linter, ['lint', file], {
        cwd: folder,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      })
      expect(stdout + stderr).toContain('Your API description is valid')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  // long: a line for each operation.
  test('has every route under /v1, and says of each what it may answer', () => {
    const routes = service.app.printRoutes({ commonPrefix: false })
    expect(routes).toContain('v1/')
    const operations = operationsOf(service.app)
    expect(operations.map(({ method, path }) => `${method} ${path}`)).toMatchInlineSnapshot(`
      [
        "POST /v1/listings",
        "GET /v1/listings",
        "GET /v1/listings/{listing_id}",
        "PATCH /v1/listings/{listing_id}",
        "POST /v1/listings/{listing_id}/archive",
        "POST /v1/listings/{listing_id}/unarchive",
        "POST /v1/listings/{listing_id}/resources",
        "GET /v1/listings/{listing_id}/resources",
        "GET /v1/listings/{listing_id}/resources/{resource_id}",
        "PATCH /v1/listings/{listing_id}/resources/{resource_id}",
        "POST /v1/listings/{listing_id}/resources/{resource_id}/archive",
        "POST /v1/listings/{listing_id}/resources/{resource_id}/unarchive",
        "POST /v1/listings/{listing_id}/pools",
        "GET /v1/listings/{listing_id}/pools",
        "GET /v1/listings/{listing_id}/pools/{pool_id}",
        "PATCH /v1/listings/{listing_id}/pools/{pool_id}",
        "GET /v1/listings/{listing_id}/resources/{resource_id}/schedule",
        "PUT /v1/listings/{listing_id}/resources/{resource_id}/schedule",
        "POST /v1/listings/{listing_id}/resources/{resource_id}/slots",
        "GET /v1/listings/{listing_id}/resources/{resource_id}/slots",
        "GET /v1/listings/{listing_id}/availability",
        "GET /v1/listings/{listing_id}/live",
        "POST /v1/listings/{listing_id}/live/tickets",
        "PUT /v1/listings/{listing_id}/resources/{resource_id}/nights",
        "GET /v1/listings/{listing_id}/resources/{resource_id}/nights",
        "POST /v1/listings/{listing_id}/reservations",
        "GET /v1/listings/{listing_id}/reservations",
        "GET /v1/listings/{listing_id}/reservations/{reservation_id}",
        "PATCH /v1/listings/{listing_id}/reservations/{reservation_id}",
        "POST /v1/listings/{listing_id}/reservations/{reservation_id}/confirm",
        "POST /v1/listings/{listing_id}/reservations/{reservation_id}/release",
        "POST /v1/listings/{listing_id}/reservations/{reservation_id}/cancel",
        "POST /v1/listings/{listing_id}/reservations/{reservation_id}/extend",
        "PATCH /v1/listings/{listing_id}/reservations/{reservation_id}/details",
        "PATCH /v1/listings/{listing_id}/customers",
        "POST /v1/listings/{listing_id}/customers/export",
        "POST /v1/listings/{listing_id}/customers/erase",
        "POST /v1/listings/{listing_id}/calendars",
        "GET /v1/listings/{listing_id}/calendars",
        "POST /v1/listings/{listing_id}/calendars/{calendar_id}/revoke",
        "POST /v1/listings/{listing_id}/blocks",
        "GET /v1/listings/{listing_id}/blocks",
        "GET /v1/listings/{listing_id}/blocks/{block_id}",
        "POST /v1/listings/{listing_id}/blocks/{block_id}/definite",
        "POST /v1/listings/{listing_id}/blocks/{block_id}/release",
        "GET /v1/listings/{listing_id}/refunds",
        "POST /v1/listings/{listing_id}/refunds/{reservation_id}/settle",
        "GET /v1/listings/{listing_id}/journal",
        "GET /v1/listings/{listing_id}/reservations/{reservation_id}/history",
        "GET /v1/listings/{listing_id}/dead-letters",
        "POST /v1/listings/{listing_id}/dead-letters/{delivery_id}/resend",
        "POST /v1/listings/{listing_id}/dead-letters/{delivery_id}/dismiss",
        "GET /v1/audit",
        "POST /v1/keys",
        "GET /v1/keys",
        "POST /v1/keys/{key_id}/revoke",
        "POST /v1/webhooks",
        "GET /v1/webhooks",
        "GET /v1/webhooks/{webhook_id}",
        "PATCH /v1/webhooks/{webhook_id}",
        "DELETE /v1/webhooks/{webhook_id}",
        "POST /v1/webhooks/{webhook_id}/rotate",
        "GET /v1/webhooks/{webhook_id}/deliveries",
        "POST /v1/webhooks/{webhook_id}/test",
        "POST /v1/webhooks/{webhook_id}/replay",
        "GET /healthz",
        "GET /readyz",
      ]
    `)
    for (const { id, answers, path } of operations) {
      expect(Object.keys(answers), id).toContainEqual(expect.stringMatching(/^20[01]$/))
      if (!path.startsWith('/v1/')) continue
      for (const status of ['400', '401', '403', '404', '429', '500', '503']) {
        expect(Object.keys(answers), id).toContain(status)
      }
    }
  })

  test('has every code under the status that the table gives it, and no other', () => {
    const told = new Set<string>()
    for (const { id, answers } of operationsOf(service.app)) {
      for (const [status, { description, content }] of Object.entries(answers)) {
        if (content?.['application/problem+json'] === undefined) continue
        const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code = '']) => code)
        expect(codes, `${id} ${status}`).not.toHaveLength(0)
        for (const code of codes) {
          expect(PROBLEM_CODES, `${id} tells of ${code}`).toContain(code)
          expect(kindOf(code as ProblemCode).status, `${id}: ${code}`).toBe(Number(status))
          told.add(code)
        }
      }
    }
    // What is said before there is a request, or a route.
    const sockets = ['request_timeout', 'headers_too_large', 'method_not_allowed']
    expect([...told, ...sockets].sort()).toEqual([...PROBLEM_CODES].sort())
    expect(problemSchema().properties['code']?.enum).toEqual(PROBLEM_CODES)
  })
})

describe('docs/errors.md', () => {
  test('has exactly the codes of the table, with their statuses and sentences', async () => {
    const text = await readFile(join(root, 'docs/errors.md'), 'utf8')
    const rows = text.split('\n').filter((line) => /^\| `\w+` \| \d{3} \|/.test(line))
    expect(rows).toEqual(
      PROBLEM_CODES.map((code) => {
        const { status, title, retryable = false } = kindOf(code)
        const cells = [`\`${code}\``, status, retryable ? 'yes' : 'no', title, adviceOf(code)]
        return `| ${cells.join(' | ')} |`
      }),
    )
  })

  test('tells of every member that a problem may have beside the first seven', async () => {
    const text = await readFile(join(root, 'docs/errors.md'), 'utf8')
    const { properties, required } = problemSchema()
    const told = text.split('## Members')[1] ?? ''
    const members = Object.keys(properties)
    expect(members.length).toBeGreaterThan(15)
    for (const member of members) {
      if (required.includes(member) || member === 'retry_after_ms') continue
      expect(told).toContain(`\`${member}\``)
    }
  })
})

describe('/docs', () => {
  test('is a page that fetches nothing from anywhere else', async () => {
    const page = await service.app.inject('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) {
      expect(link).toMatch(/^\.\//)
      const response = await service.app.inject(`/docs/${link.slice(2)}`)
      expect([link, response.statusCode]).toEqual([link, 200])
    }
  })

  test('has our name, icon and logo, and none of the framework’s', async () => {
    const page = await service.app.inject('/docs/')
    expect(page.body).toContain('<title>Holdfast: the API</title>')
    const icons = [...page.body.matchAll(/<link rel="icon"[^>]*href="([^"]+)"/g)]
    expect(icons.map(([, link]) => link)).toEqual(['./static/theme/holdfast.svg'])
    const icon = await service.app.inject('/docs/static/theme/holdfast.svg')
    expect([icon.statusCode, icon.headers['content-type']]).toEqual([200, 'image/svg+xml'])
    const script = await service.app.inject('/docs/static/swagger-initializer.js')
    const [, logo = ''] = /image\/svg\+xml;base64,([^']+)/.exec(script.body) ?? []
    expect(Buffer.from(logo, 'base64').toString()).toContain('>Holdfast</text>')
  })

  test('has a place for every problem’s type', async () => {
    const response = await service.call('GET', '/v1/listings', { as: null })
    const [path, anchor] = response.json().type.split('#')
    const page = await service.app.inject(path)
    expect([page.statusCode, page.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    expect(page.body).toContain(`<tr id="${anchor}">`)
    for (const code of PROBLEM_CODES) expect(page.body).toContain(`<tr id="${code}">`)
  })
})
