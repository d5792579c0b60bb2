/** The guide as a script: what is printed to be typed, and what is printed to come of it. */

export interface Block {
  /** `sh` is typed, `sh server` in a terminal of its own; the others are what is answered. */
  readonly language: string
  readonly text: string
  /** Where it stands in the page. */
  readonly line: number
}

/** Every fenced block of a page. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\S[^\n]*)\n(.*?)^```$/gms)].map((match) => {
    const [, language = '', text = ''] = match
    return { language, text, line: page.slice(0, match.index).split('\n').length }
  })
}

/** One command after the other, with what has to come of it. */
export interface Step {
  readonly block: Block
  readonly expected: Block | undefined
}

export function stepsOf(blocks: readonly Block[]): Step[] {
  return blocks.flatMap((block, i) => {
    if (block.language !== 'sh') return []
    const next = blocks[i + 1]
    const answers = next?.language === 'json' || next?.language === 'text'
    return [{ block, expected: answers ? next : undefined }]
  })
}

/** Between what one block and the next have printed. */
export const MARK = '--- the next block of the guide ---'

/** The blocks in one shell, as a person types them. */
export function scriptOf(steps: readonly Step[]): string {
  const blocks = steps.map(({ block }) => `${block.text}\necho '${MARK}'`)
  return ['set -euo pipefail', ...blocks].join('\n')
}

/**
 * Throws unless `actual` is what the page says, where `"…"` stands for anything: ids and times are
 * others each time.
 */
export function compare(actual: unknown, expected: unknown, path = 'the answer'): void {
  if (expected === '…') {
    if (typeof actual !== 'string' || actual === '') throw new Error(`${path} is ${actual}`)
    return
  }
  if (typeof expected !== 'object' || expected === null) {
    if (actual === expected) return
    throw new Error(`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
  }
  if (
    typeof actual !== 'object' ||
    actual === null ||
    Array.isArray(actual) !== Array.isArray(expected)
  ) {
    throw new Error(`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
  }
  const [has, wants] = [Object(actual), Object(expected)]
  const names = new Set([...Object.keys(has), ...Object.keys(wants)])
  for (const name of names) compare(has[name], wants[name], `${path}.${name}`)
}
