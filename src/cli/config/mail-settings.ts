/** The variables of e-mail: which server sends it, who it is from, and what it looks like. */
import { isAddress } from '../../domain/reservation/address.js'
import { type Sender, senderOf } from '../../notices/mail/address.js'
import { LANGUAGES, type Language } from '../../notices/mail/languages.js'
import { invalid, oneOf, type Setting, setting } from './settings.js'

/** Each is a member of `Config.mail` under the same name. */
export const MAIL_SETTINGS = {
  url: setting<string | undefined>({
    variable: 'MAIL_URL',
    tells: 'The SMTP server that sends mails; without it e-mail is off, but for the demo.',
    allowed: 'smtps://user:password@host:465, or smtp:// with STARTTLS',
    otherwise: undefined,
    read: (text) => (isServer(text) ? text : undefined),
    shown: withoutPassword,
  }),
  from: setting<Sender | undefined>({
    variable: 'MAIL_FROM',
    tells: 'Who mails are from.',
    allowed: 'an address, or a name with an address: Grand Hotel <bookings@hotel.example>',
    otherwise: undefined,
    read: senderOf,
  }),
  staff: setting<string | undefined>({
    variable: 'MAIL_STAFF',
    tells: 'Whom to tell of blocks near their cut-off and of notices that were not delivered.',
    allowed: 'one address',
    otherwise: undefined,
    read: (text) => (isAddress(text) ? text : undefined),
  }),
  language: oneOf<Language>(
    'MAIL_LANGUAGE',
    'en',
    LANGUAGES,
    'The language of staff, and of customers who have said none that there is.',
  ),
  templates: setting<string | undefined>({
    variable: 'MAIL_TEMPLATES',
    tells: 'A folder with templates that replace the built-in ones.',
    allowed: 'a folder',
    otherwise: undefined,
    read: (text) => text,
  }),
  publicUrl: setting<string | undefined>({
    variable: 'HOLDFAST_PUBLIC_URL',
    tells:
      "Where customers reach this service, for links in mails; by default the server's own address.",
    allowed: 'https://host, perhaps with a port and a path',
    otherwise: undefined,
    read: publicUrl,
  }),
}

export type MailConfig = {
  readonly [Name in keyof typeof MAIL_SETTINGS]: (typeof MAIL_SETTINGS)[Name] extends Setting<
    infer Value
  >
    ? Value
    : never
}

/** @throws HoldfastError `invalid_input` for settings that need each other */
export function checkMail({ url, from }: MailConfig): void {
  if (url === undefined || from !== undefined) return
  const { variable, allowed } = MAIL_SETTINGS.from
  throw invalid(variable, 'is not set, and MAIL_URL is', allowed)
}

function isServer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text)
  if (protocol !== 'smtp:' && protocol !== 'smtps:') return false
  const isBare = (pathname === '' || pathname === '/') && search === '' && hash === ''
  return isBare && hostname !== '' && isDecodable(username) && isDecodable(password)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = '***'
  return url.href
}

function publicUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, search, hash, username, href } = new URL(text)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  if (!isWeb || search !== '' || hash !== '' || username !== '') return undefined
  return href.replace(/\/+$/, '')
}
