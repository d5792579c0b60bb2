/**
 * A folder of mails, each a file `.eml` that any mail program opens. It is bounded: the oldest mails
 * make room for new ones. A mail that arrives twice under one Message-ID is kept once, as in the
 * mailboxes that people have.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { BoundedMap } from '../../domain/bounded.js'

export interface MailboxFolder {
  /** Keeps a mail, whole or not at all. */
  keep(message: Buffer): Promise<void>
  /** The newest mails first. */
  list(): Promise<readonly KeptMail[]>
  /** Undefined when there is no such mail (any more). */
  open(mailId: string): Promise<OpenedMail | undefined>
  /** Removes every mail in which the address occurs. @returns how many there were */
  erase(address: string): Promise<number>
  /** Removes every mail. */
  empty(): Promise<void>
}

export interface KeptMail {
  readonly mailId: string
  readonly subject: string
  readonly from: string
  readonly to: string
  /** When it arrived. */
  readonly atMs: number
}

export interface OpenedMail extends KeptMail {
  readonly text: string
  /** Undefined for a mail that has none. */
  readonly html: string | undefined
  /** The invitation; undefined for a mail that has none. */
  readonly calendar: string | undefined
  readonly source: string
}

/** The largest mail that is taken, in bytes. */
export const MAIL_BYTES_MAX = 256 * 1024
const MAILS_MAX = 200
const MAIL_ID = /^(\d{13})-[0-9a-f]{24}$/
const MESSAGE_ID = /^message-id:\s*(\S+)\s*$/im

/**
 * Opens a folder, and makes it when it is absent.
 *
 * @param mailsMax how many mails it keeps; default 200
 */
export function openMailbox(folder: string, mailsMax = MAILS_MAX): MailboxFolder {
  const parsed = new BoundedMap<string, OpenedMail>(mailsMax)
  let underWay: Promise<unknown> = mkdir(folder, { recursive: true, mode: 0o700 })

  /** One after the other, so that two mails at once do not both see room for the last one. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = underWay.then(work)
    underWay = done.catch(() => {})
    return done
  }

  async function mailIds(): Promise<string[]> {
    const names = await readdir(folder).catch(() => [] as string[])
    const ids = names.flatMap((name) => (name.endsWith('.eml') ? [name.slice(0, -4)] : []))
    return ids.filter((id) => MAIL_ID.test(id)).sort()
  }

  async function remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await rm(fileOf(id), { force: true })
      parsed.delete(id)
    }
  }

  function fileOf(mailId: string): string {
    return join(folder, `${mailId}.eml`)
  }

  async function open(mailId: string): Promise<OpenedMail | undefined> {
    if (!MAIL_ID.test(mailId)) return undefined
    const known = parsed.get(mailId)
    if (known !== undefined) return known
    const source = await readFile(fileOf(mailId)).catch(() => undefined)
    if (source === undefined) return undefined
    const mail = opened(mailId, source, await simpleParser(source, { skipTextToHtml: true }))
    parsed.set(mailId, mail)
    return mail
  }

  return {
    keep: (message) =>
      inTurn(async () => {
        const ids = await mailIds()
        const mark = markOf(message)
        if (ids.some((id) => id.endsWith(mark))) return
        const unfinished = join(folder, `${mark}.part`)
        await writeFile(unfinished, message, { mode: 0o600 })
        await rename(unfinished, fileOf(`${Date.now()}-${mark}`))
        await remove(ids.slice(0, Math.max(0, ids.length + 1 - mailsMax)))
      }),
    async list() {
      const mails = await Promise.all((await mailIds()).reverse().map(open))
      return mails.filter((mail) => mail !== undefined)
    },
    open,
    erase: (address) =>
      inTurn(async () => {
        const wanted = address.toLowerCase()
        const found: string[] = []
        for (const id of await mailIds()) {
          const mail = await open(id)
          const all = [mail?.source, mail?.to, mail?.text, mail?.html, mail?.calendar].join('\n')
          if (all.toLowerCase().includes(wanted)) found.push(id)
        }
        await remove(found)
        return found.length
      }),
    empty: () => inTurn(async () => remove(await mailIds())),
  }
}

/** What makes a mail this one: its Message-ID, and without one all of it. */
function markOf(message: Buffer): string {
  const head = message.subarray(0, Math.max(0, message.indexOf('\r\n\r\n'))).toString('latin1')
  const [, messageId] = MESSAGE_ID.exec(head) ?? []
  return createHash('sha256')
    .update(messageId ?? message)
    .digest('hex')
    .slice(0, 24)
}

function opened(mailId: string, source: Buffer, mail: ParsedMail): OpenedMail {
  const invitation = mail.attachments.find((part) => part.contentType === 'text/calendar')
  const [to] = [mail.to ?? []].flat()
  return {
    mailId,
    subject: mail.subject ?? '',
    from: mail.from?.text ?? '',
    to: to?.text ?? '',
    atMs: Number(mailId.split('-')[0]),
    text: mail.text ?? '',
    html: mail.html === false ? undefined : mail.html,
    calendar: invitation?.content.toString('utf8'),
    source: source.toString('utf8'),
  }
}
