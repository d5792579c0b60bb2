/** `<holdfast-book>` on a page of another origin, whose styles are not kind. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { BROWSER, expectGoodPage, picture, usePages } from '../../support/browser/pages.js'
import { later } from '../../support/later.js'
import { chooseTime, holdAndBook, useShop } from './shop.js'

const shop = useShop()
const pages = usePages()
let html = ''
const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(html)
})
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  origin = `http://localhost:${(site.address() as AddressInfo).port}`
  const listingIds = [shop.ids.turf]
  const key = { name: 'a site', scope: 'storefront', listingIds, origins: [origin] } as const
  const issued = await issueApiKey(shop.db, key)
  html = `<!doctype html>
    <html lang="en">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>A sports club</title>
        <link rel="icon" href="data:,">
        <style>
          body { margin: 0; font-family: serif }
          main { max-width: 60rem; margin: auto; padding: 1rem }
          button, input, ul { display: none; color: red }
          holdfast-book { --accent: rgb(128 0 64); --accent-soft: rgb(255 235 243) }
        </style>
        <script type="module" src="${shop.baseUrl}/embed.js"></script>
      </head>
      <body>
        <main>
          <p>We play from morning to night.</p>
          <holdfast-book listing="${shop.ids.turf}" key="${issued?.key}"></holdfast-book>
        </main>
      </body>
    </html>`
})
afterAll(() => {
  site.close()
})

interface Styled {
  getComputedStyle(element: unknown): { readonly backgroundColor: string }
}

test.skipIf(BROWSER === undefined)(
  'an element on somebody else’s page books, in that page’s colours (needs chromium on the PATH)',
  async () => {
    const { page, complaints, close } = await pages.open(origin, { reducedMotion: 'reduce' })
    const booked = later(
      page.evaluate(
        `new Promise((resolve) => addEventListener('holdfast-booked', ({ detail }) => resolve(detail)))`,
      ),
    )
    await chooseTime(page, '12:00', 'Court 1')
    await expectGoodPage(page, 'the element')
    await picture(page, 'shop-embedded', { width: 1440 })
    const hold = page.getByRole('button', { name: /^Hold for/ })
    const colour = await hold.evaluate(
      (button) => (globalThis as unknown as Styled).getComputedStyle(button).backgroundColor,
    )
    await holdAndBook(page)
    expect(await booked).toEqual({ reservationId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(await page.getByRole('button', { name: 'Book something else' }).count()).toBe(1)
    expect(page.url()).toBe(`${origin}/`)
    expect(complaints).toEqual([])
    expect(colour).toBe('rgb(128, 0, 64)')
    await close()
  },
)
