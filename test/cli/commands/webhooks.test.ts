/** `holdfast webhooks`: endpoints from a shell. */
import { expect, test } from 'vitest'
import { useDatabase } from '../../support/database/test-database.js'
import { run } from '../../support/process/command.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase()
const webhooks = (...words: string[]) =>
  run(['webhooks', ...words], { DATABASE_URL: held.url, HOLDFAST_WEBHOOKS_TO_LOOPBACK: 'on' })

const URL = 'http://localhost:4000/hooks'

test('an endpoint is made, listed and given another secret; each is told once, alone on stdout', async () => {
  const { listingId } = await givenPools(held.db, 1)
  const made = await webhooks(
    'create',
    '--url',
    URL,
    '--listing',
    listingId,
    '--kind',
    'refund.due',
  )
  expect([made.status, made.stdout]).toEqual([0, expect.stringMatching(/^whsec_\S{44}\n$/)])
  const [, id = ''] = /Its endpoint: ([0-9a-f-]{36})\n$/.exec(made.stderr) ?? []
  const listed = await webhooks('list')
  expect(listed.stdout).toContain(`${id}  ${listingId}  refund.due  ${URL}  on\n`)
  const rotated = JSON.parse((await webhooks('rotate', id, '--json')).stdout)
  expect(rotated).toMatchObject({ id, old_secret_until: expect.any(String) })
  expect(`${rotated.secret}\n`).not.toBe(made.stdout)
})

test.each([
  [['create'], /required option '--url/],
  [['create', '--url', 'http://hooks.example.com'], /the URL of a webhook has https/],
  [['create', '--url', URL, '--kind', 'reservation.lost'], /there are no events reservation.lost/],
  [['create', '--url', URL, '--listing', 'nonsense'], /there is no listing nonsense/],
  [['rotate', 'nonsense'], /there is no endpoint nonsense/],
])('refuses %j in a sentence, with exit status 2', async (words, sentence) => {
  const { status, stdout, stderr } = await webhooks(...words)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toMatch(/ {4}at /)
})
