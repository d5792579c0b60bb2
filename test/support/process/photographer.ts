/** A browser that is driven: pages of any width, light or dark, measured and photographed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { later } from '../later.js'
import { BROWSER, HEADLESS } from './browser.js'

export interface View {
  readonly width: number
  readonly scheme: 'light' | 'dark'
}

export interface Photographer {
  /** Shows a page from now on. Resolves once it is there. */
  open(url: string): Promise<void>
  /** Shows the page that is open in another width and scheme. */
  show(view: View): Promise<void>
  /** What an expression comes to in the page. */
  evaluate<Value>(expression: string): Promise<Value>
  /** The whole page as PNG. */
  photograph(): Promise<Buffer>
  /** Every URL that the pages asked for. */
  requests(): readonly string[]
  close(): Promise<void>
}

interface Answer {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly request?: { readonly url: string } }
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

interface Conversation {
  ask(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>
  /** Called with whatever the browser tells unasked. */
  onNews: (news: Answer) => void
}

/** Orders and answers of the DevTools protocol, each ended by a NUL. */
function conversation(orders: Writable, answers: Readable): Conversation {
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  let rest = ''
  const talk: Conversation = {
    onNews: () => {},
    ask: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1
        const id = lastId
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          if (error === undefined) resolve(result ?? {})
          else reject(new Error(`${method}: ${error.message}`))
        })
        orders.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      }),
  }
  answers.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer
      if (answer.id === undefined) talk.onNews(answer)
      else waiting.get(answer.id)?.(answer)
    }
  })
  return talk
}

/** Starts a Chromium and talks to it over two pipes. */
export async function startPhotographer(): Promise<Photographer> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-browser-'))
  const flags = ['--remote-debugging-pipe', '--hide-scrollbars', `--user-data-dir=${profile}`]
  const browser = spawn(BROWSER ?? '', [...HEADLESS, ...flags, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = later(once(browser, 'exit'))
  const [, , , orders, answers] = browser.stdio as [null, null, null, Writable, Readable]
  const requests: string[] = []
  let onLoad = () => {}
  const talk = conversation(orders, answers)
  talk.onNews = ({ method, params }) => {
    if (method === 'Page.loadEventFired') onLoad()
    if (method === 'Network.requestWillBeSent') requests.push(params?.request?.url ?? '')
  }
  const { ask } = talk

  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true })
  const page = (method: string, params: object = {}) => ask(method, params, String(sessionId))
  await page('Page.enable')
  await page('Network.enable')
  const heightOf = (width: number, height: number) =>
    page('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, deviceScaleFactor: 1, mobile: false },
    })
  const evaluate = async <Value>(expression: string) => {
    const { result } = await page('Runtime.evaluate', { expression, returnByValue: true })
    return (result as { value: Value }).value
  }
  return {
    async open(url) {
      const loaded = new Promise<void>((resolve) => {
        onLoad = resolve
      })
      await page('Page.navigate', { url })
      await loaded
    },
    async show({ width, scheme }) {
      const features = [{ name: 'prefers-color-scheme', value: scheme }]
      await page('Emulation.setEmulatedMedia', { features })
      await heightOf(width, 400)
      const height = await evaluate<number>('document.documentElement.scrollHeight')
      await heightOf(width, height)
    },
    evaluate,
    async photograph() {
      const { data } = await page('Page.captureScreenshot', { format: 'png' })
      return Buffer.from(String(data), 'base64')
    },
    requests: () => requests,
    async close() {
      browser.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
