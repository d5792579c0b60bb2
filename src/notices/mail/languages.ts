/** The languages of mails, and which of them somebody reads. */

import { de } from './words/de.js'
import { en } from './words/en.js'
import { fr } from './words/fr.js'
import type { MailWords } from './words.js'

const WORDS = { en, de, fr } satisfies Record<string, MailWords>

export type Language = keyof typeof WORDS

export const LANGUAGES = Object.keys(WORDS) as readonly Language[]

export function wordsOf(language: Language): MailWords {
  return WORDS[language]
}

/**
 * The language and the locale for dates of somebody who prefers `locale`, a tag of BCP 47. A language
 * that nobody has translated becomes `otherwise`.
 *
 * @example
 * languageOf('de-AT', 'en') // { language: 'de', locale: 'de-AT' }
 * languageOf('pt', 'en') // { language: 'en', locale: 'en-GB' }
 */
export function languageOf(
  locale: string | undefined,
  otherwise: Language,
): { readonly language: Language; readonly locale: string } {
  const [canonical] = canonicalLocales(locale)
  const language = LANGUAGES.find((each) => each === canonical?.split('-')[0])
  if (language === undefined || canonical === undefined) {
    return { language: otherwise, locale: WORDS[otherwise].locale }
  }
  return { language, locale: canonical === language ? WORDS[language].locale : canonical }
}

function canonicalLocales(locale: string | undefined): readonly string[] {
  if (locale === undefined || locale === '') return []
  try {
    // Extensions could choose another calendar or other digits; nobody has read such a mail yet.
    const { language, region } = new Intl.Locale(locale.replaceAll('_', '-'))
    return [region === undefined ? language : `${language}-${region}`]
  } catch {
    return []
  }
}
