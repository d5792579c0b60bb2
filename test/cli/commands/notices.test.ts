/** `holdfast notices`: what was given up, in all listings, and what becomes of it. */
import { expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenDeadLetter } from '../../support/http/service.js'
import { run } from '../../support/process/command.js'

const held = useDatabase()
const notices = (...words: string[]) => run(['notices', ...words], { DATABASE_URL: held.url })

test('lists what was given up, sends one again and dismisses another', async () => {
  const [first, second] = [newId(), newId()]
  const letters = [await givenDeadLetter(held.db, first), await givenDeadLetter(held.db, second)]
  const all = JSON.parse((await notices('list', '--json')).stdout)
  expect(all.map(({ id }: { id: string }) => id).sort()).toEqual([...letters].sort())
  const { stdout } = await notices('list', '--listing', first)
  expect(stdout).toContain(`${letters[0]}  ${first}  reservation.held  test:one`)
  expect(stdout).not.toContain(second)

  const resent = await notices('resend', letters[0] ?? '', '--listing', first)
  expect(resent).toMatchObject({ status: 0, stdout: expect.stringContaining('is sent again') })
  const dismissed = await notices('dismiss', letters[1] ?? '', '--listing', second)
  expect(dismissed).toMatchObject({ status: 0, stdout: expect.stringContaining('is dismissed') })
  expect((await notices('list')).stdout).toBe('There is no dead letter.\n')
  const missing = await notices('resend', newId(), '--listing', first)
  expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('no dead letter')])
})
