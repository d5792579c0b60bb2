/** Signing in to the staff's pages, and what ends it. */
import { expect, test } from 'vitest'
import { useListening } from '../../client/listening.js'
import { BROWSER, expectGoodPage, picture, usePages } from '../../support/browser/pages.js'
import { signedIn, withoutAnswers } from '../../support/browser/staff.js'
import { givenKey } from '../../support/http/service.js'

const service = useListening({ site: {} })
const pages = usePages()
const inBrowser = test.skipIf(BROWSER === undefined)

inBrowser('a wrong key is refused in a sentence, and a right one opens today', async () => {
  const opened = await pages.open(`${service.baseUrl}/staff`)
  const { page } = opened
  const field = page.getByLabel('API key')
  await expectGoodPage(page, 'the sign-in')
  await picture(page, 'staff-sign-in', { width: 1440 })
  await field.fill('hf_000000000000_wrong')
  await page.keyboard.press('Enter')
  await page.getByText('This key does not work.').waitFor()
  expect(await field.inputValue(), 'a key that was tried stays nowhere').toBe('')
  await field.fill(service.keys.storefront)
  await page.keyboard.press('Enter')
  await page.getByText('This key is for shops.').waitFor()

  await field.fill(service.keys.seller)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Today' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Today' }).waitFor()
  expect(withoutAnswers(opened.complaints)).toEqual([])
  await opened.close()
})

inBrowser(
  'the key is kept nowhere: not in the page, not in storage, not in a cookie of scripts',
  async () => {
    const { page, close } = await signedIn(pages, service)
    const kept = await page.evaluate(`JSON.stringify([
    document.documentElement.outerHTML,
    [...document.querySelectorAll('input')].map((input) => input.value),
    { ...localStorage }, { ...sessionStorage }, document.cookie, location.href,
  ])`)
    const secret = /^hf_[0-9a-f]+_(.+)$/.exec(service.keys.seller)?.[1] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    expect(kept).not.toContain(secret)
    const cookies = await page.context().cookies()
    expect(cookies).toMatchObject([{ name: '__Host-holdfast', httpOnly: true, sameSite: 'Strict' }])
    expect(JSON.stringify(cookies)).not.toContain(secret)
    await close()
  },
)

inBrowser('who signs out is out in every tab, and the way back shows nothing', async () => {
  const { page, close } = await signedIn(pages, service, { path: 'find' })
  const other = await page.context().newPage()
  await other.goto(`${service.baseUrl}/staff/journal`)
  await other.getByRole('heading', { name: 'Journal' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('API key').waitFor()
  await other.getByText('You signed out in another tab.').waitFor()
  expect(await page.context().cookies()).toEqual([])
  await page.goto(`${service.baseUrl}/staff/find`)
  await page.getByLabel('API key').waitFor()
  await close()
})

inBrowser('a key that is revoked ends a page that lies open, and says why', async () => {
  const key = await givenKey(service.db, 'seller', service.listingId)
  const { page, close } = await signedIn(pages, service, { key, path: 'audit' })
  // A seller's key has no audit: this page asks for nothing by itself.
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  const prefix = key.split('_')[1]
  const keys = await service.call('GET', '/v1/keys?limit=100', { as: service.keys.admin })
  const { id } = keys.json().items.find((each: { prefix: string }) => each.prefix === prefix)
  await service.call('POST', `/v1/keys/${id}/revoke`, { as: service.keys.admin })
  await page.getByText('the session is over, or its key was revoked').waitFor()
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
  await close()
})

inBrowser('a session that nobody uses ends by itself', async () => {
  const opened = await pages.open(`${service.baseUrl}/staff`)
  const { page, close } = opened
  await page.clock.install()
  await page.reload()
  await page.getByLabel('API key').fill(service.keys.seller)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Today' }).waitFor()
  await page.clock.fastForward('31:00')
  await page.getByText('nobody used these pages for half an hour').waitFor()
  await close()
})
