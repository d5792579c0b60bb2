/** A real browser that tests drive, and what every page has to keep. */
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { BROWSER } from '../process/browser.js'

export { BROWSER } from '../process/browser.js'

/** A page that notes what it should not have done. */
export interface WatchedPage {
  readonly page: Page
  /** Errors, failed loads and violations of the policy so far, each in a line; a test may remove its own. */
  readonly complaints: string[]
  close(): Promise<void>
}

export interface Pages {
  /** A page of a new reader: with no cookies, and nothing kept. */
  open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** Of WCAG 2.2, and what axe calls good practice. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The width of a small phone, of a tablet, of a desk. */
export const WIDTHS = [320, 768, 1440] as const
const PICTURES = new URL('../../../docs/pictures/pages/', import.meta.url)
export const PICTURES_ARE_WANTED = process.env['HOLDFAST_TEST_PICTURES'] === 'on'

/** Call at the top of a test file whose tests are skipped without a `BROWSER`. */
export function usePages(): Pages {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (BROWSER === undefined) return
    browser = await chromium.launch({
      executablePath: fileOf(BROWSER),
      args: ['--no-sandbox', '--disable-gpu'],
    })
  })
  afterAll(() => browser?.close())
  return {
    async open(url, options = {}) {
      if (browser === undefined) throw new Error('there is no browser')
      const context = await browser.newContext({ locale: 'en-GB', ...options })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(url)
      return { page, complaints, close: () => context.close() }
    },
  }
}

/** Playwright wants a path, the shell finds a name. */
function fileOf(command: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    try {
      return createRequire(import.meta.url).resolve(`${folder}/${command}`)
    } catch {}
  }
  return command
}

/** With `HOLDFAST_TEST_VIEWS=every` axe looks at each page at each width in light and in dark: six times as long. */
const EVERY_VIEW = process.env['HOLDFAST_TEST_VIEWS'] === 'every'

/** What axe looks at: some pages at their narrowest in light, the others at their widest in dark. */
function schemesAt(width: number, what: string): readonly ('light' | 'dark')[] {
  if (EVERY_VIEW) return ['light', 'dark']
  const isNarrow = what.length % 2 === 0
  if (width === WIDTHS[0] && isNarrow) return ['light']
  return width === WIDTHS[2] && !isNarrow ? ['dark'] : []
}

/**
 * Expects what every page keeps, in light and dark and at each width: axe finds nothing, and nothing is
 * wider than the page.
 */
export async function expectGoodPage(page: Page, what: string): Promise<void> {
  // The policy of our pages lets no script in; the test's own comes through the debugger.
  await page.evaluate(await axeSource())
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(wide, `${what} at ${width}`).toBeLessThanOrEqual(width)
    for (const colorScheme of schemesAt(width, what)) {
      // Colours that are on their way from light to dark are neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const found = await page.evaluate(
        (tags) =>
          (globalThis as unknown as { axe: Axe }).axe.run({
            runOnly: { type: 'tag', values: tags },
          }),
        AXE_TAGS,
      )
      const faults = found.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
      )
      expect(faults, `${what} at ${width}, ${colorScheme}`).toEqual([])
    }
  }
}

interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
    }[]
  }>
}

let source: Promise<string> | undefined
function axeSource(): Promise<string> {
  source ??= import('node:fs/promises').then(({ readFile }) => readFile(AXE, 'utf8'))
  return source
}

/**
 * Takes the pictures of the docs anew where `HOLDFAST_TEST_PICTURES=on` asks for it.
 *
 * @param view with a height only that much of the page
 */
export async function picture(
  page: Page,
  name: string,
  view: { width: number; height?: number; colorScheme?: 'light' | 'dark' },
): Promise<void> {
  if (!PICTURES_ARE_WANTED) return
  const { width, height, colorScheme = 'light' } = view
  await page.setViewportSize({ width, height: height ?? 900 })
  await page.emulateMedia({ colorScheme })
  const path = fileURLToPath(new URL(`${name}.png`, PICTURES))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, await page.screenshot({ fullPage: height === undefined }))
}
