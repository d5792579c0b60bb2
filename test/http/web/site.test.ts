/** The pages as files: what a browser is told with them. They lie in dist/. */
import { describe, expect, test } from 'vitest'
import { useService } from '../../support/http/service.js'

const service = useService({ site: { storefrontKey: 'hf_0123456789ab_key' } })
const get = (url: string, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'GET', url, headers })
const ASSET = /\/assets\/[\w-]+\.js/

describe('a page', () => {
  test.each(['/', '/book/an-id', '/r/an-id/another', '/staff', '/staff/today'])(
    '%s is HTML under a policy that runs our scripts alone',
    async (url) => {
      const { statusCode, headers, body } = await get(url)
      expect(statusCode).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("script-src 'self'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/)
      expect(headers['cache-control']).toBe('no-cache')
    },
  )

  test('of the shop has the public key, that of the staff has none', async () => {
    expect((await get('/')).body).toContain('content="hf_0123456789ab_key"')
    expect((await get('/staff')).body).not.toContain('hf_')
  })

  test('that has not changed is not sent again, and is compressed for whoever takes that', async () => {
    const whole = await get('/')
    const again = await get('/', { 'if-none-match': String(whole.headers.etag) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    for (const [accepted, encoding] of [
      ['gzip, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { headers } = await get('/', { 'accept-encoding': accepted })
      expect([headers['content-encoding'], headers.vary]).toEqual([encoding, 'Accept-Encoding'])
    }
  })
})

describe('what a page loads', () => {
  test('is kept for a year, because a build renames it, and may be loaded by other sites', async () => {
    const [url = ''] = ASSET.exec((await get('/')).body) ?? []
    const { statusCode, headers } = await get(url, { 'accept-encoding': 'br' })
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  test('that is not there is a problem that nobody keeps', async () => {
    for (const url of [
      '/assets/nothing.js',
      '/assets/../shop/index.html',
      '/assets/..%2fembed.js',
    ]) {
      const { statusCode, headers } = await get(url)
      expect([url, statusCode, headers['cache-control']]).toEqual([url, 404, 'no-store'])
    }
  })

  test('by a name that stays is asked for each time', async () => {
    const { statusCode, headers } = await get('/embed.js')
    expect([statusCode, headers['cache-control']]).toEqual([200, 'public, no-cache'])
    const again = await get('/embed.js', { 'if-none-match': String(headers.etag) })
    expect(again.statusCode).toBe(304)
  })
})
