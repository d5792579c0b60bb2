/**
 * A small language for templates, Mustache's without what nobody needs: `{{name}}` is a value, always
 * escaped; `{{#name}}…{{/name}}` is repeated for each entry of a list, and shown once for a text that
 * is not empty; `{{^name}}…{{/name}}` is shown when there is nothing. A tag that stands alone on its
 * line takes the line with it. There is no way to put in a value that is not escaped.
 */
import { HoldfastError } from '../../domain/errors.js'

/** What the tags of a template stand for. */
export interface TemplateValues {
  readonly [name: string]: string | TemplateValues | readonly TemplateValues[]
}

/** How values are made harmless in the text around them. */
export type Escape = (text: string) => string

export interface Template {
  /** The text, with every value escaped. */
  render(values: TemplateValues): string
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'section'; readonly name: string; readonly parts: Part[] }
  | { readonly kind: 'without'; readonly name: string; readonly parts: Part[] }

const TAG = /(?<=^|\n)[ \t]*\{\{([#^/])(\w+)\}\}[ \t]*(?:\n|$)|\{\{([#^/]?)(\w+)\}\}/g
const NESTED_MAX = 8

/**
 * Reads a template once, for any number of mails.
 *
 * @param known every name that it may use, in sections as well
 * @param whose names it in errors
 * @throws HoldfastError `invalid_input` for a name that is not known and for sections that do not match
 */
export function readTemplate(
  text: string,
  known: ReadonlySet<string>,
  escaped: Escape,
  whose: string,
): Template {
  const fail = (why: string) => {
    throw new HoldfastError('invalid_input', `${whose}: ${why}`)
  }
  const root: Part[] = []
  const open: { readonly name: string; readonly parts: Part[] }[] = [{ name: '', parts: root }]
  const here = () => open.at(-1)?.parts ?? root
  let at = 0
  for (const tag of text.matchAll(TAG)) {
    if (tag.index > at) here().push({ kind: 'text', text: text.slice(at, tag.index) })
    at = tag.index + tag[0].length
    const sign = tag[1] ?? tag[3] ?? ''
    const name = tag[2] ?? tag[4] ?? ''
    if (!known.has(name)) fail(`there is no {{${name}}}; allowed: ${[...known].join(', ')}`)
    if (sign === '') here().push({ kind: 'value', name })
    else if (sign === '/') {
      if (open.length === 1 || open.pop()?.name !== name) fail(`{{/${name}}} closes nothing`)
    } else {
      if (open.length > NESTED_MAX) fail(`more than ${NESTED_MAX} sections are inside each other`)
      const parts: Part[] = []
      here().push({ kind: sign === '#' ? 'section' : 'without', name, parts })
      open.push({ name, parts })
    }
  }
  if (at < text.length) here().push({ kind: 'text', text: text.slice(at) })
  if (open.length > 1) fail(`{{#${open.at(-1)?.name}}} is not closed`)
  // Closing braces alone are the end of a style's rules.
  if (/\{\{/.test(text.replaceAll(TAG, '')) || text.includes('{{{')) fail('braces that are no tag')
  return { render: (values) => rendered(root, [values], escaped) }
}

function rendered(
  parts: readonly Part[],
  scopes: readonly TemplateValues[],
  escaped: Escape,
): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text
      const value = lookUp(scopes, part.name)
      if (part.kind === 'value') return typeof value === 'string' ? escaped(value) : ''
      const entries = entriesOf(value)
      if (part.kind === 'without') {
        return entries.length === 0 ? rendered(part.parts, scopes, escaped) : ''
      }
      return entries.map((entry) => rendered(part.parts, [entry, ...scopes], escaped)).join('')
    })
    .join('')
}

/** The innermost section that has the name decides. */
function lookUp(scopes: readonly TemplateValues[], name: string): TemplateValues[string] {
  return scopes.find((scope) => Object.hasOwn(scope, name))?.[name] ?? ''
}

function entriesOf(value: TemplateValues[string]): readonly TemplateValues[] {
  if (typeof value === 'string') return value === '' ? [] : [{}]
  return Array.isArray(value) ? value : [value as TemplateValues]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** For HTML, in its text and in quoted attributes. */
export function inHtml(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? sign)
}

/** For plain text, where only a line's end could pretend something: a value stays on its line. */
export function inText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
