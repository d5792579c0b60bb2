/** What docs/notices/calendars.md says of feeds is so. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { FEED_DAYS_AHEAD, FEED_DAYS_BACK, FEED_TIMES_MAX } from '../../src/engine/calendars/feed.js'

test('the page says how much a feed has', async () => {
  const page = await readFile(new URL('../../docs/notices/calendars.md', import.meta.url), 'utf8')
  const text = page.replaceAll(/\s+/g, ' ')
  expect(text).toContain(`from ${FEED_DAYS_BACK} days ago to ${FEED_DAYS_AHEAD} days ahead`)
  expect(text).toContain(`at most ${FEED_TIMES_MAX.toLocaleString('en')} times`)
})
