/** The demo's own mailbox: mails are sent to an SMTP server of this process, and kept in a folder. */
import { join } from 'node:path'
import type { MailboxServer } from '../../notices/mailbox/server.js'

export interface DemoMailbox {
  /** For whoever sends: `smtp://127.0.0.1:…` */
  readonly url: string
  readonly folder: string
  close(): Promise<void>
}

/** Who mails of the demo are from; nobody can answer them. */
export const DEMO_SENDER = { address: 'demo@holdfast.localhost', name: '' }

/**
 * Starts it, with the mails that are there from before.
 *
 * @param fresh true removes those first
 */
export async function startDemoMailbox({ fresh }: { fresh: boolean }): Promise<DemoMailbox> {
  const [{ dataFolder }, { openMailbox }, { startMailbox }] = await Promise.all([
    import('../../embedded/home.js'),
    import('../../notices/mailbox/folder.js'),
    import('../../notices/mailbox/server.js'),
  ])
  const folder = join(await dataFolder(process.cwd()), 'mailbox')
  const mailbox = openMailbox(folder)
  if (fresh) await mailbox.empty()
  const server: MailboxServer = await startMailbox(mailbox)
  return { url: server.url, folder, close: () => server.close() }
}
