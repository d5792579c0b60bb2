/** The links of a Markdown page, and the anchors that its headings make. */
import type { TextFile } from './files.js'

export interface Link {
  readonly line: number
  /** As it is written. */
  readonly target: string
  /** The file that it names, from the root of the project; the page itself for a bare anchor. */
  readonly path: string
  readonly anchor: string | undefined
}

/** Links and pictures of a page that lead to something of ours; code is not looked at. */
export function linksOf({ path: page, text }: TextFile): Link[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((line, i) =>
      [...line.matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, target = '']): Link[] => {
        if (/^[a-z]+:/.test(target)) return []
        const [file = '', anchor] = target.split('#')
        const path = file === '' ? page : new URL(file, `file:///${page}`).pathname.slice(1)
        return [{ line: i + 1, target, path, anchor }]
      }),
    )
}

/** Every anchor of a page, as GitHub makes them: a heading that comes again gets a number. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(text, false).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading)
    let anchor = slug
    for (let i = 1; anchors.has(anchor); i += 1) anchor = `${slug}-${i}`
    anchors.add(anchor)
  }
  return anchors
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

/** Blanks code out, and keeps the lines. */
function withoutCode(text: string, inlineToo = true): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ')
  const blocks = text.replace(/^( *)(```|~~~).*?^\1\2$/gms, blank)
  return inlineToo ? blocks.replace(/`[^`\n]+`/g, blank) : blocks
}
