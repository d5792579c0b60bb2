/** The staff's pages for a test: signed in, as a person would. */
import { expect } from 'vitest'
import type { Listening } from '../../client/listening.js'
import { type Pages, PICTURES_ARE_WANTED, type WatchedPage } from './pages.js'

/**
 * Markup in whatever a stranger can name: it would rename the page if anything took it for HTML. On pictures
 * for the docs it is a name.
 */
export const MARKUP = PICTURES_ARE_WANTED
  ? 'Riverside'
  : `<img src="x:" onerror="document.title='taken over'"><b>bold</b>`

export interface SignedInOptions {
  /** Default the seller's. */
  readonly key?: string
  /** Default the service's own. */
  readonly listingId?: string
  /** Below `/staff`, without a slash in front; default today. */
  readonly path?: string
}

/** A page of a reader who has signed in and has chosen a listing. */
export async function signedIn(
  pages: Pages,
  service: Pick<Listening, 'baseUrl' | 'keys' | 'listingId'>,
  options: SignedInOptions = {},
): Promise<WatchedPage> {
  const { key = service.keys.seller, listingId = service.listingId, path = '' } = options
  const opened = await pages.open(`${service.baseUrl}/staff/${path}?listing=${listingId}`)
  await opened.page.getByLabel('API key').fill(key)
  await opened.page.getByRole('button', { name: 'Sign in' }).click()
  await opened.page.getByRole('button', { name: 'Sign out' }).waitFor()
  return opened
}

/** What the browser says of answers that a test brings about: a refusal is one of them. */
export function withoutAnswers(complaints: readonly string[]): string[] {
  return complaints.filter((line) => !/^Failed to load resource: .* status of 4\d\d/.test(line))
}

/** Says yes in the dialog that is open, and waits until it is done. */
export async function sayYes({ page }: WatchedPage, yes: string, reason?: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: yes, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
}
