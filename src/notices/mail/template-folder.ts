/**
 * The templates of all mails: those of a folder where it has some, the built-in ones for the rest. They
 * are read once, at the start, so that a mistake in one stops the program and no mail.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError } from '../../domain/errors.js'
import { BUILT_IN } from './built-in.js'
import { LANGUAGES, type Language } from './languages.js'
import { inHtml, inText, readTemplate, type Template } from './templates.js'
import { type MailView, VIEW_NAMES, valuesOf } from './view.js'
import { CUSTOMER_MAILS, type MailKind, STAFF_MAILS } from './words.js'

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface MailTemplates {
  render(kind: MailKind, language: Language, view: MailView): RenderedMail
}

interface TextTemplate {
  /** Undefined for a template that leaves the subject as it is. */
  readonly subject: Template | undefined
  readonly body: Template
}

const FORMATS = ['txt', 'html'] as const
const KINDS: readonly string[] = ['mail', ...CUSTOMER_MAILS, ...STAFF_MAILS]
const FILE = /^(?<kind>[a-z_]+)(?:\.(?<language>[a-z]+))?\.(?<format>txt|html)$/
const ALLOWED = `mail, ${CUSTOMER_MAILS.join(', ')}, ${STAFF_MAILS.join(', ')}, perhaps with .${LANGUAGES.join(', .')}, then .txt or .html`

/**
 * @param folder undefined for the built-in templates alone
 * @throws HoldfastError `invalid_input` naming the file, when one cannot be read or used
 */
export async function readTemplates(folder: string | undefined): Promise<MailTemplates> {
  const files = new Map<string, string>([
    ['mail.txt', BUILT_IN.text],
    ['mail.html', BUILT_IN.html],
  ])
  for (const name of folder === undefined ? [] : await namesIn(folder)) {
    files.set(name, await readFile(join(folder ?? '', name), 'utf8'))
  }
  const texts = new Map<string, TextTemplate>()
  const htmls = new Map<string, Template>()
  for (const [name, source] of files) {
    if (name.endsWith('.txt')) texts.set(name, textTemplate(source, name))
    else htmls.set(name, readTemplate(source, VIEW_NAMES, inHtml, name))
  }
  return {
    render(kind, language, view) {
      const values = valuesOf(view)
      const { subject, body } = firstOf(texts, kind, language, 'txt')
      return {
        subject: subject?.render(values).trim() ?? inText(view.subject),
        text: body.render(values),
        html: firstOf(htmls, kind, language, 'html').render(values),
      }
    },
  }
}

/** The template that says most: for the mail and the language, for the mail, for the language, for all. */
function firstOf<Found>(
  templates: ReadonlyMap<string, Found>,
  kind: MailKind,
  language: Language,
  format: (typeof FORMATS)[number],
): Found {
  const names = [`${kind}.${language}`, kind, `mail.${language}`, 'mail']
  const found = names.map((name) => templates.get(`${name}.${format}`))
  const first = found.find((each) => each !== undefined)
  if (first === undefined) throw new Error(`there is no template mail.${format}`)
  return first
}

/** The subject is read off the template, never off a mail: a name may well begin with `Subject:`. */
function textTemplate(source: string, name: string): TextTemplate {
  const [all = '', subject] = /^Subject: ([^\n]+)\n\n?/.exec(source) ?? []
  return {
    subject: subject === undefined ? undefined : readTemplate(subject, VIEW_NAMES, inText, name),
    body: readTemplate(source.slice(all.length), VIEW_NAMES, inText, name),
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch((error: Error) => {
    throw new HoldfastError('invalid_input', `MAIL_TEMPLATES: ${error.message}`, { cause: error })
  })
  const names = entries.filter((name) => FORMATS.some((format) => name.endsWith(`.${format}`)))
  for (const name of names) {
    const { kind = '', language } = FILE.exec(name)?.groups ?? {}
    const isLanguage = language === undefined || LANGUAGES.some((each) => each === language)
    if (KINDS.includes(kind) && isLanguage) continue
    throw new HoldfastError(
      'invalid_input',
      `MAIL_TEMPLATES: ${name} is no mail's; allowed: ${ALLOWED}`,
    )
  }
  return names
}
