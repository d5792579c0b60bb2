/** Every set of pages in a real browser, under its policy. */
import { expect, test } from 'vitest'
import { useListening } from '../client/listening.js'
import { BROWSER, expectGoodPage, usePages } from '../support/browser/pages.js'

const service = useListening({ site: {} })
const pages = usePages()

test.skipIf(BROWSER === undefined).each(['/', '/staff'])(
  '%s complains of nothing, at every width, light and dark (needs chromium on the PATH)',
  async (path) => {
    const { page, complaints, close } = await pages.open(`${service.baseUrl}${path}`)
    await page.waitForSelector('h1')
    await expectGoodPage(page, path)
    expect(complaints).toEqual([])
    await close()
  },
)
