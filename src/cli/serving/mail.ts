/** What mails are sent with, by the configuration: a mail server, the demo's mailbox, or nothing. */
import type { MakeChannel } from '../../engine/notices/notices.js'
import type { MailboxFolder } from '../../notices/mailbox/folder.js'
import type { Config } from '../config/config.js'

/** The demo's mailbox, as the processes that serve it know it. */
export interface ServedMailbox {
  readonly url: string
  readonly folder: string
}

/**
 * @param address where the server listens; asked when a mail is made
 * @returns the channel of e-mail; none when it is off
 * @throws HoldfastError `invalid_input` for templates that cannot be used
 */
export async function mailChannels(
  { mail, pages }: Config,
  mailbox: ServedMailbox | undefined,
  address: () => string,
): Promise<readonly MakeChannel[]> {
  const url = mail.url ?? mailbox?.url
  if (url === undefined) return []
  const [{ emailChannel }, { createSmtp }, { readTemplates }, { DEMO_SENDER }] = await Promise.all([
    import('../../engine/notices/email.js'),
    import('../../notices/mail/smtp.js'),
    import('../../notices/mail/template-folder.js'),
    import('../demo/mailbox.js'),
  ])
  const { staff, language, templates, publicUrl } = mail
  const channel = emailChannel({
    send: createSmtp({ url }),
    from: mail.from ?? DEMO_SENDER,
    staff,
    language,
    templates: await readTemplates(templates),
    pages,
    publicUrl: () => publicUrl ?? address(),
  })
  return [channel]
}

/** The mails of the demo's mailbox, for the page that shows them. */
export async function mailboxIn({ folder }: ServedMailbox): Promise<MailboxFolder> {
  const { openMailbox } = await import('../../notices/mailbox/folder.js')
  return openMailbox(folder)
}
