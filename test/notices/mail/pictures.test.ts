/**
 * Mails in a real browser: light, dark and on the narrowest phone. With `HOLDFAST_TEST_PICTURES=on` it
 * takes the pictures of `docs/` anew.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { BROWSER } from '../../support/process/browser.js'
import { startPhotographer, type View } from '../../support/process/photographer.js'
import { mailOf, SAMPLES } from './sample-mails.js'

const PICTURES = new URL('../../../docs/pictures/mails/', import.meta.url)
const VIEWS: readonly (readonly [name: string, View])[] = [
  ['light', { width: 600, scheme: 'light' }],
  ['dark', { width: 600, scheme: 'dark' }],
  ['320', { width: 320, scheme: 'light' }],
]
/** Fonts differ between machines: pictures that are there change only when somebody wants it. */
const IS_WANTED = process.env['HOLDFAST_TEST_PICTURES'] === 'on'
/** Those that the pages show. */
const SHOWN: readonly string[] = ['confirmed', 'changed', 'cancelled']
/** What WCAG 2.2 asks for at level AA. */
const CONTRAST_MIN = 4.5

/** In the page: every text with the contrast of its colour and the colour behind it. */
const CONTRASTS = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return [255, 255, 255]
  }
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .map((element) => {
      const both = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort()
      return [element.textContent.trim(), (both[1] + 0.05) / (both[0] + 0.05)]
    })
})()`

test.skipIf(BROWSER === undefined)(
  'mails fit on 320 pixels, can be read light and dark, and fetch nothing (needs chromium on the PATH)',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-mails-'))
    const photographer = await startPhotographer()
    try {
      await mkdir(PICTURES, { recursive: true })
      for (const [facts, locale] of SAMPLES) {
        const { html } = await mailOf(facts, locale)
        const url = pathToFileURL(join(folder, `${facts.kind}.html`))
        await writeFile(url, html)
        await photographer.open(url.href)
        for (const [name, view] of VIEWS) {
          const what = `${facts.kind}, ${name}`
          await photographer.show(view)
          const wide = await photographer.evaluate<number>('document.documentElement.scrollWidth')
          expect(wide, what).toBe(view.width)
          const contrasts = await photographer.evaluate<[string, number][]>(CONTRASTS)
          expect(contrasts.length, what).toBeGreaterThan(4)
          expect(
            contrasts.filter(([, contrast]) => contrast < CONTRAST_MIN),
            what,
          ).toEqual([])
          const picture = new URL(`${facts.kind}-${name}.png`, PICTURES)
          if (!SHOWN.includes(facts.kind)) continue
          if (IS_WANTED || !existsSync(picture)) {
            await writeFile(picture, await photographer.photograph())
          }
        }
      }
      const fetched = photographer.requests().filter((url) => !url.startsWith('file:'))
      expect(fetched).toEqual([])
    } finally {
      await photographer.close()
      await rm(folder, { recursive: true })
    }
  },
)
