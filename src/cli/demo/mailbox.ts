/** The demo's own mailbox: mails are sent to an SMTP server of this process, and kept in a folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
 * Starts it. Beside the embedded database it has the mails of before; those of another database are
 * gone when it closes.
 *
 * @param options.fresh removes the mails of before
 */
export async function startDemoMailbox(options: {
  readonly embedded: boolean
  readonly fresh: boolean
}): Promise<DemoMailbox> {
  const { embedded, fresh } = options
  const [{ dataFolder }, { openMailbox }, { startMailbox }] = await Promise.all([
    import('../../embedded/home.js'),
    import('../../notices/mailbox/folder.js'),
    import('../../notices/mailbox/server.js'),
  ])
  const folder = embedded
    ? join(await dataFolder(process.cwd()), 'mailbox')
    : await mkdtemp(join(tmpdir(), 'holdfast-mailbox-'))
  const mailbox = openMailbox(folder)
  if (fresh) await mailbox.empty()
  const server: MailboxServer = await startMailbox(mailbox)
  return {
    url: server.url,
    folder,
    async close() {
      await server.close()
      if (!embedded) await rm(folder, { recursive: true, force: true })
    },
  }
}
