/** The report has to be readable by whoever it is sent to, and safe to open. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ticksUpTo } from '../../../src/lab/report/plot.js'
import { renderReport } from '../../../src/lab/report/report.js'
import type { ReportData } from '../../../src/lab/report/report-data.js'
import { STYLE } from '../../../src/lab/report/style.js'
import { BROWSER, HEADLESS } from '../../support/process/browser.js'
import { comparison } from './report-data.js'

const data = comparison()
const page = renderReport(data)
const all = (pattern: RegExp, text = page) =>
  [...text.matchAll(pattern)].map(([, first = '']) => first)

const VOID = new Set(['meta', 'line', 'rect', 'path', 'circle', '!doctype'])

/** What is left open, or closed without having been opened. */
function unbalanced(html: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z!][a-z0-9]*)(?:"[^"]*"|[^">])*>/g)) {
    if (VOID.has(name)) continue
    if (!tag.startsWith('</')) open.push(name)
    else if (open.pop() !== name) wrong.push(tag)
  }
  return [...open, ...wrong]
}

describe('the report', () => {
  test('is one page that asks nobody for anything', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(unbalanced(page)).toEqual([])
    expect(page).toContain('content="default-src &#39;none&#39;; style-src')
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=|https?:/)
    for (const target of all(/href="([^"]*)"/g)) expect(target).toMatch(/^#s\d$/)
  })

  test('says of each strategy what came of it, in words and not in colours alone', () => {
    const rows = all(/<tr>(<th scope="row"><a.*?)<\/tr>/gs).map((row) => {
      return row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
    })
    expect(rows[0]).toMatch(/^batched OK 0 0 0 1,650 2\.1 ms 48 ms 350 ms 12 34 4\.2$/)
    expect(rows[1]).toMatch(/^naive control Violation \d+ \d+ 0 3,600 .* –$/)
    const { oversoldUnits } = data.strategies[1]?.judgement.figures ?? { oversoldUnits: 0 }
    expect(rows[1]).toContain(`Violation ${2 * oversoldUnits} `)
    expect(rows[2]).toMatch(/^atomic control Inconclusive 0 0 0 /)
    expect(page).toContain('naive: promises were broken.')
  })

  test('draws what was sold beyond the capacity in red, and only that', () => {
    const sections = page.split('<section ')
    const of = (name: string) =>
      sections.find((section) => section.includes(`>${name} <span`)) ?? ''
    const sold = (name: string) =>
      all(/(<figure>\s*<svg[^>]*-pool-[\s\S]*?<\/svg>)/g, of(name)).join('')
    expect(sold('naive')).toMatch(/<path class="bad" d="M/)
    expect(sold('naive')).toMatch(/units? too many at the worst moment/)
    expect(sold('batched')).toMatch(/<path class="good" d="M/)
    expect(sold('batched')).not.toMatch(/class="bad"/)
    expect(sold('batched')).toMatch(/at no moment more than there is/)
  })

  test('shows a witness of each anomaly with who did what when', () => {
    for (const name of Object.keys(data.strategies[1]?.judgement.counts ?? {})) {
      expect(page).toContain(`<h3>${name.replaceAll('_', ' ')}: `)
    }
    expect(page).toMatch(/client \d+ from \d.* until .*: reserve \d of pool-\d, ok, version/)
  })

  test('leaves out the charts that have nothing to show', () => {
    const [first] = data.strategies
    if (first === undefined) throw new Error('there are no strategies')
    const zeros = [0, 0, 0]
    const calm = {
      ...first,
      overTime: { tickMs: 100, reservations: [1, 2, 0], conflicts: zeros, retries: zeros },
      pools: [{ poolId: 'a', name: 'untouched', points: [{ atMs: 0, sold: 0, capacity: 5 }] }],
    }
    const html = renderReport({ ...data, strategies: [calm] })
    expect(html).not.toMatch(/Contention under|Sold of untouched/)
    expect(html).toContain('Reservations a second under batched')
    expect(page).toContain('Contention under batched')
  })

  test('tells at most three requests of a witness step by step, and folds the others', () => {
    const [, naive] = data.strategies
    const booking = naive?.stories.find(({ name }) => name === 'double_booking')
    if (naive === undefined || booking === undefined) throw new Error('naive double-books')
    const [one] = booking.requests
    if (one === undefined) throw new Error('a story has requests')
    const folded = Array.from({ length: 57 }, (_, client) => ({ ...one, client: 1000 + client }))
    const stories = [{ ...booking, folded }]
    const html = renderReport({ ...data, strategies: [{ ...naive, stories }] })
    const [drawing = ''] = all(/(A witness of double booking<\/title>[\s\S]*?<\/svg>)/g, html)
    expect(drawing.match(/<rect/g)?.length).toBeLessThanOrEqual(3)
    expect(drawing).not.toContain('client 1000')
    expect(html).toMatch(/<summary>57 more requests before and beside these<\/summary>/)
    expect(html).toMatch(/<ol><li>client \d+ asks to/)
  })

  test('can be read by those who cannot see the charts', () => {
    const charts = all(/(<svg[\s\S]*?<\/svg>)/g)
    expect(charts.length).toBeGreaterThan(15)
    const ids = all(/\sid="([^"]*)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    for (const chart of charts) {
      expect(chart).toMatch(/^<svg [^>]*role="img" aria-labelledby="(\S+)-title \1-tells"/)
      expect(chart).toMatch(
        /<title id="\S+-title">[^<]+<\/title>\s*<desc id="\S+-tells">[^<]+<\/desc>/,
      )
      expect(chart).not.toMatch(/NaN|undefined|Infinity/)
    }
    for (const table of all(/(<table[\s\S]*?<\/table>)/g)) expect(table).toMatch(/<caption>[^<]+</)
    const levels = all(/<h([1-6])/g).map(Number)
    expect(levels[0]).toBe(1)
    levels.forEach((level, i) => {
      expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1)
    })
  })

  test('tells where the figures come from', () => {
    for (const word of [
      'A CPU, 2 cores',
      '20.20.2',
      '15.18',
      'fsync',
      '42',
      '2026-01-31T12:00:00Z',
    ]) {
      expect(page).toContain(word)
    }
  })

  test('cannot be broken into by a name', () => {
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u0000'
    const [first, ...rest] = data.strategies
    if (first === undefined) throw new Error('there are no strategies')
    const spoiled: ReportData = {
      ...data,
      scenario: evil,
      about: evil,
      options: [{ name: evil, value: evil }],
      strategies: [
        {
          ...first,
          strategy: evil,
          idea: evil,
          pools: first.pools.map((one) => ({ ...one, name: evil })),
        },
        ...rest,
      ],
    }
    const html = renderReport(spoiled)
    expect(html).not.toMatch(/<script|<img/)
    expect(html).not.toContain('\u0000')
    expect(unbalanced(html)).toEqual([])
  })

  test('is drawn of a race in which nothing happened', () => {
    const [first] = data.strategies
    if (first === undefined) throw new Error('there are no strategies')
    const idle = {
      ...first,
      elapsedMs: 0,
      reservationsPerSecond: 0,
      latencyMs: { p50: 0, p99: 0, p999: 0 },
      overTime: { tickMs: 100, reservations: [], conflicts: [], retries: [] },
      pools: [{ poolId: 'pool', name: 'pool', points: [] }],
    }
    for (const strategies of [[], [idle]]) {
      const html = renderReport({ ...data, strategies })
      expect(html).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  test('of hours of a race is no larger than of a second', () => {
    const [first] = data.strategies
    if (first === undefined) throw new Error('there are no strategies')
    const many = Array.from({ length: 36_000 }, (_, i) => i % 50)
    const points = many.map((sold, i) => ({ atMs: i * 100, sold, capacity: 40 }))
    const long = {
      ...first,
      elapsedMs: 3_600_000,
      overTime: { tickMs: 100, reservations: many, conflicts: many, retries: many },
      pools: [{ poolId: 'pool', name: 'pool', points }],
    }
    expect(renderReport({ ...data, strategies: [long] }).length).toBeLessThan(150_000)
  })
})

test('axes have round figures', () => {
  expect(ticksUpTo(100)).toEqual([0, 50, 100])
  expect(ticksUpTo(7)).toEqual([0, 2, 4, 6, 8])
  expect(ticksUpTo(0.3)).toEqual([0, 0.1, 0.2, 0.3])
  expect(ticksUpTo(0)).toEqual([0, 0.5, 1])
})

describe('colours', () => {
  const themes = [...STYLE.matchAll(/--ground: [^}]*/g)].map(([block]) => {
    return new Map(
      [...block.matchAll(/--(\w+): (#\w+)/g)].map(([, name = '', hex = '']) => [name, hex]),
    )
  })

  test.each(['ink', 'quiet', 'good', 'bad', 'unsure'])('%s can be read on every ground', (name) => {
    expect(themes).toHaveLength(3)
    for (const theme of themes) {
      expect(contrast(theme.get(name) ?? '', theme.get('ground') ?? '')).toBeGreaterThanOrEqual(4.5)
    }
  })
})

/** As WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replaceAll(/[0-9a-f]/g, '$&$&') : hex
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.skipIf(BROWSER === undefined)(
  'opens in a browser without an error (needs chromium on the PATH)',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-report-'))
    try {
      const path = join(folder, 'report.html')
      await writeFile(path, page)
      const { stdout, stderr } = spawnSync(
        BROWSER ?? '',
        [
          ...[...HEADLESS, `--user-data-dir=${folder}/profile`],
          ...['--dump-dom', `file://${path}`],
        ],
        { encoding: 'utf8' },
      )
      expect(stdout.match(/<svg/g)).toHaveLength(all(/<(svg)/g).length)
      // Chromium writes what the page has to say to its console, blocked requests too, like this.
      expect(stderr).not.toMatch(/CONSOLE/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
