/** The demo's turf and class: what `npm start` prints about them can be typed. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { withEmptyDatabase } from '../../support/database/empty-database.js'
import { start } from '../../support/process/command.js'
import { until } from '../../support/until.js'

test('a turf and a class are looked at and booked by typing what is printed', async () => {
  await withEmptyDatabase(async (databaseUrl) => {
    const command = start(['serve', '--demo'], { DATABASE_URL: databaseUrl, PORT: '0' })
    await until('the demo is served', () => {
      if (!command.running) throw new Error(`it ended too soon: ${command.stderr}`)
      return command.stderr.includes('/reservations')
    })
    const printed = command.stderr.split('\n').map((line) => line.trim())
    const key = printed.find((line) => line.startsWith('KEY=')) ?? ''
    const typed = async (line = '') => {
      const script = `${key}\n${line.replace('curl ', 'curl -s ')}`
      return JSON.parse((await promisify(execFile)('bash', ['-c', script])).stdout)
    }
    const below = (heading: string) => printed.slice(printed.indexOf(heading) + 1)
    for (const [heading, capacity] of [
      ['a turf by the hour, for one team at a time:', 1],
      ['a class with twelve places:', 12],
    ] as const) {
      const [look, book] = below(heading)
      const left = async () => (await typed(look)).resources[0].pools.at(-1)
      expect(await left()).toMatchObject({ capacity, available: capacity })
      const booked = await typed(book)
      expect(booked).toMatchObject({ state: 'confirmed', customer: 'ada@example.com' })
      expect(await left()).toMatchObject({ available: capacity - 1 })
      // Typed again, it is the same booking.
      expect((await typed(book)).id).toBe(booked.id)
    }
    // The README's lines, with this server in the place of its port.
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
    const block = /```sh\n(day\(\).*?listings\/01a1fff0-0000-7000-8000-00000000b.*?)```/s.exec(
      readme,
    )?.[1]
    const address = /http:\/\/[\d.:]+/.exec(printed.join())?.[0] ?? ''
    const lines = (block ?? '')
      .replaceAll('localhost:3000', address)
      .replaceAll('curl ', '\ncurl -s ')
    const { stdout } = await promisify(execFile)('bash', ['-c', `${key}\n${lines}`])
    expect(stdout.match(/"state":"confirmed"/g)).toHaveLength(2)

    const again = below('a turf by the hour, for one team at a time:')[1]
    const other = again?.replace('turf-', 'another-')
    expect(await typed(other)).toMatchObject({ code: 'slot_taken', status: 409 })
    await seesTheMail(printed)
    command.kill('SIGINT')
    await command.ended
  })
})

/** What was typed is told by mail, on the page that the start names. */
async function seesTheMail(printed: readonly string[]): Promise<void> {
  const page = /http:\/\/\S+\/mailbox/.exec(printed.join('\n'))?.[0] ?? ''
  const look = async (url: string) => (await fetch(url)).text()
  let list = ''
  await until('the mail of the turf is in the mailbox', async () => {
    list = await look(page)
    return list.includes('Booking confirmed: Turf')
  })
  const href = /href="(\/mailbox\/[^"]+)"[^>]*><strong>Booking confirmed: Turf/.exec(list)?.[1]
  const mail = new URL(href ?? '', page).href
  expect(await look(`${mail}/html`)).toContain('Your booking is confirmed')
  expect(await look(`${mail}/invitation.ics`)).toMatch(/METHOD:REQUEST.*DTSTART:\d{8}T\d{6}Z/s)
  // The address of the reservation, with its token where no server sees it.
  expect(await look(`${mail}?part=text`)).toMatch(/\/r\/[0-9a-f-]{36}\/[0-9a-f-]{36}#[\w-]{43}\n/)
}
