/** `holdfast lab` in a real browser: a race that oversells, one that does not, and the story of why. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab } from '../../../src/cli/lab/app.js'
import { BROWSER, expectGoodPage, picture, usePages } from '../../support/browser/pages.js'
import { later } from '../../support/later.js'
import { until } from '../../support/until.js'
import { useLab } from './lab.js'

const lab = useLab()
const pages = usePages()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-lab-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  expect(lab.faults).toEqual([])
})

const NEEDS = '(needs chromium on the PATH)'
const trackOf = (page: Page, name: string) => page.getByRole('article', { name })

/** Chooses a race that is over in a moment, and starts it. */
async function startRace(page: Page): Promise<void> {
  const figures = { Clients: 60, 'Units in a pool': 40, 'Think time, ms': 10 }
  for (const [label, value] of Object.entries(figures)) {
    await page.getByLabel(label).fill(String(value))
  }
  await page.getByRole('button', { name: 'Race', exact: true }).click()
}

describe.skipIf(BROWSER === undefined)('a race in a browser', () => {
  test(`naive is red above the capacity and is told step by step, batched is OK ${NEEDS}`, async () => {
    const { page, complaints, close } = await pages.open(lab.address)
    await page.getByLabel('Scenario').waitFor()
    await expectGoodPage(page, 'the lab before a race')
    await picture(page, 'lab-setup', { width: 1440 })
    await startRace(page)
    await trackOf(page, 'naive').getByText('in flight').waitFor()
    await trackOf(page, 'batched')
      .getByText(/[1-9]\d* yes/)
      .waitFor()
    await picture(page, 'lab-race', { width: 1440, height: 1000 })

    await trackOf(page, 'batched').getByText('OK: every room was sold at most once').waitFor()
    await trackOf(page, 'naive')
      .getByText(/OVERSOLD: \d+ rooms? (was|were) sold twice/)
      .waitFor()
    expect(
      await trackOf(page, 'naive')
        .getByText(/\d too many/)
        .count(),
    ).toBeGreaterThan(0)
    expect(
      await trackOf(page, 'batched')
        .getByText(/\d too many/)
        .count(),
    ).toBe(0)

    const story = page.getByRole('region', { name: 'The story of a double booking' })
    await story.getByRole('button', { name: 'Next' }).focus()
    for (const [key, place] of [
      ['ArrowRight', 'Step 2 of'],
      ['ArrowRight', 'Step 3 of'],
      ['ArrowLeft', 'Step 2 of'],
      ['Home', 'Step 1 of'],
    ] as const) {
      await page.keyboard.press(key)
      await story.getByText(place).waitFor()
    }
    expect(await story.getByText(/reads version \d+/).count()).toBeGreaterThan(1)

    await page.getByRole('button', { name: /^naive/ }).waitFor()
    await page
      .getByText(/Under naive .* is told yes, .* is told yes: \d+ units? too many/)
      .waitFor()
    await page.getByRole('button', { name: /^pessimistic/ }).click()
    const forced = page.getByRole('region', { name: 'The same under pessimistic' })
    await forced.getByText('has to wait').first().waitFor()
    await forced
      .getByText(/for update/)
      .first()
      .waitFor()
    await page.getByText(/Under pessimistic .* is told no \(insufficient_capacity\)/).waitFor()

    await page.getByRole('link', { name: 'Share this run as a file' }).waitFor()
    await expectGoodPage(page, 'the lab after a race')
    await picture(page, 'lab-story', { width: 1440 })
    expect(complaints).toEqual([])
    await close()
  })

  test(`a run that is shared is one file with the same story, which asks no network ${NEEDS}`, async () => {
    const { page, close } = await pages.open(lab.address, { acceptDownloads: true })
    const file = join(folder, 'shared.html')
    const coming = later(page.waitForEvent('download'))
    await page.getByRole('link', { name: 'Share this run as a file' }).click()
    await (await coming).saveAs(file)
    await close()

    const shared = await pages.open(`file://${file}`)
    const asked: string[] = []
    shared.page.on('request', (request) => asked.push(request.url()))
    await shared.page.reload()
    await shared.page.getByRole('region', { name: 'The story of a double booking' }).waitFor()
    await trackOf(shared.page, 'naive')
      .getByText(/OVERSOLD/)
      .waitFor()
    expect(asked).toEqual([`file://${file}`])
    await expectGoodPage(shared.page, 'a shared run')
    expect(shared.complaints).toEqual([])
    await shared.close()
  })

  test(`a history from anywhere is judged, and what is none is named ${NEEDS}`, async () => {
    const { page, complaints, close } = await pages.open(lab.address)
    const history = await lab.ask('api/history/naive')
    await drop(page, 'monday.jsonl', history.text)
    await page.getByRole('heading', { name: 'monday.jsonl' }).waitFor()
    await page.getByText(/VIOLATION: \d kinds? of anomaly/).waitFor()
    const story = page.getByRole('region', { name: 'The story of a double booking' })
    await story
      .getByRole('button', { name: /reads version/ })
      .first()
      .click()
    await story
      .getByText(/from pools/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: /^pessimistic/ }).waitFor()
    await expectGoodPage(page, 'a judged history')
    const unknown = history.text.replace('"strategy":"naive"', '"strategy":"elsewhere"')
    await drop(page, 'elsewhere.jsonl', unknown)
    await page.getByText(/^This lab does not know the strategy/).waitFor()
    await page
      .getByLabel('History file')
      .setInputFiles({ name: 'poem.txt', mimeType: 'text/plain', buffer: Buffer.from('a rose') })
    await page.getByText('poem.txt, line 1: "a rose" is not JSON').waitFor()
    // The browser itself notes an answer of 400.
    expect(complaints.filter((each) => !each.includes('400'))).toEqual([])
    await close()
  })
})

/** Drops a file on the page, as the browser does. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  // A string, because tests know no browser's types.
  await page.evaluate(`
    const transfer = new DataTransfer()
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}))
    for (const type of ['dragover', 'drop']) {
      window.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, cancelable: true }))
    }`)
}

describe('the door', () => {
  test.each([
    ['without a token', '/', {}],
    ['with a wrong token', `/${'x'.repeat(32)}/api/choices`, {}],
    ['with a token that is too short', '/x/api/choices', {}],
    ['for what the page loads', '/assets/lab.js', {}],
  ])('answers nobody %s', async (_how, path, headers) => {
    const { status, text } = await lab.ask(path, { headers, withToken: false })
    expect([status, JSON.parse(text).message]).toEqual([403, expect.stringContaining('token')])
  })

  test.each([
    ['another name that points here', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
  ])('answers nobody who comes under %s, token or not', async (_how, headers) => {
    for (const path of ['', 'api/choices', 'api/live']) {
      expect((await lab.ask(path, { headers })).status, path).toBe(403)
    }
    expect((await lab.ask('api/run', { method: 'POST', headers, body: '{}' })).status).toBe(403)
  })
})

describe('what is asked for', () => {
  const json = { 'content-type': 'application/json' }
  const start = (body: string, headers: Readonly<Record<string, string>> = json) =>
    lab.ask('api/run', { method: 'POST', headers, body })

  test.each([
    ['{"clients":0}', "option '--clients <n>' argument '0' is invalid"],
    ['{"clients":"-5 --servers=2"}', 'Allowed: a whole number from 1 to 10000'],
    ['{"scenario":"opera"}', 'Allowed choices are evento'],
    ['{"strategies":["naive","--json"]}', 'There is no "--json"'],
    ['{"chaos":["fire"]}', 'There is no "fire"'],
    ['{"scenario":"turf","clients":3}', 'come in pairs'],
    ['{"strategies":["serializable"],"isolation":"read-committed"}', 'is not itself any more'],
    ['{"databaseUrl":"postgres://elsewhere"}', 'there is no "databaseUrl"'],
    ['{"history":"/etc/passwd"}', 'there is no "history"'],
    ['{"valueOf":1}', 'there is no "valueOf"'],
    ['{"clients":{"a":1}}', 'clients is a number, a word'],
    ['[]', 'as an object of JSON'],
    ['null', 'as an object of JSON'],
    ['"text"', 'as an object of JSON'],
  ])('is read as the command line reads it: %s', async (body, sentence) => {
    const { status, text } = await start(body)
    expect([status, JSON.parse(text).message]).toEqual([400, expect.stringContaining(sentence)])
    expect(lab.runs.busy, 'nothing races').toBe(false)
  })

  test.each([
    ['no JSON', () => start('{')],
    ['no body', () => start('')],
    ['another type', () => start('<a/>', { 'content-type': 'text/xml' })],
    ['too long', () => start(JSON.stringify({ scenario: 'x'.repeat(20_000) }))],
    ['an unknown path', () => lab.ask('api/nothing')],
    ['an unknown asset', () => lab.ask('assets/..%2f..%2fpackage.json')],
    ['a history of nobody', () => lab.ask('api/history/__proto__')],
    ['a broken escape', () => lab.ask('api/history/%E0%A4%A')],
    ['an empty history', () => lab.ask('api/judge', { method: 'POST' })],
    [
      'a history of another form',
      () => lab.ask('api/judge', { method: 'POST', body: '{"type":1}' }),
    ],
    ['a judge that is looked at', () => lab.ask('api/judge')],
  ])('is refused, and not fallen over: %s', async (_what, ask) => {
    const { status } = await ask()
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('that fails as nobody foresaw says so, and the rest is for the terminal alone', async () => {
    const faults: unknown[] = []
    const fault = new Error('no connection to postgres://lab:secret@db')
    const history = () => {
      throw fault
    }
    const runs = Object.assign(Object.create(lab.runs), { history })
    const app = createLab({ runs, token: 'token', onFault: (error) => faults.push(error) })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(`${address}/token/api/history/naive`)
    expect([answer.status, faults]).toEqual([500, [fault]])
    expect(await answer.json()).toEqual({
      message: 'Something went wrong on our side. The terminal of holdfast lab says what.',
    })
    await app.close()
  })

  test('races one after the other, and stops when it is told', async () => {
    const first = await start('{"strategies":["batched"],"clients":2}')
    expect(first.status).toBe(202)
    expect((await start('{}')).status, 'while one is under way').toBe(409)
    expect((await lab.ask('api/judge', { method: 'POST', body: '{}' })).status).toBe(409)
    expect((await lab.ask('api/share')).status).toBe(404)
    expect((await lab.ask('api/run', { method: 'DELETE' })).status).toBe(204)
    await until('it has stopped', () => !lab.runs.busy)
    expect(lab.runs.current?.phase).toBe('stopped')
  })
})
