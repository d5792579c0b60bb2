/**
 * A page that people write, with parts that programs write: what stands between two marks is replaced,
 * the words around it stay.
 */

/** What a program writes on a page. */
export interface PagePart {
  /** The page's path from the root of the project. */
  readonly page: string
  /** `figures` for `<!-- figures: begin -->` and `<!-- figures: end -->`. */
  readonly mark: string
  readonly text: string
}

/**
 * The page with the part's text between its marks.
 *
 * @param before the page as it is
 * @throws Error when the page has no such marks
 */
export function withPart(before: string, { page, mark, text }: PagePart): string {
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`]
  const from = before.indexOf(begin)
  const to = before.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${page} has no ${begin} … ${end}`)
  return `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`
}
