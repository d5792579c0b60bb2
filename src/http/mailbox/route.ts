/** `/mailbox`: the mails of the demo. It is there only where the demo keeps them. */
import type { FastifyInstance } from 'fastify'
import type { MailboxFolder } from '../../notices/mailbox/folder.js'
import { FRAME_POLICY, listPage, MAIL_PARTS, type MailPart, mailPage, PAGE_POLICY } from './page.js'

interface MailParams {
  readonly mailId: string
}

const HTML = 'text/html; charset=utf-8'

/** A part of a mail by itself: for the frame, for a calendar, for a mail program. */
const FILES: readonly (readonly [name: string, MailPart, Readonly<Record<string, string>>])[] = [
  [
    'html',
    'html',
    {
      'content-type': HTML,
      'content-security-policy': FRAME_POLICY,
      'x-frame-options': 'SAMEORIGIN',
    },
  ],
  [
    'invitation.ics',
    'calendar',
    {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="invitation.ics"',
    },
  ],
  [
    'mail.eml',
    'source',
    {
      'content-type': 'message/rfc822',
      'content-disposition': 'attachment; filename="mail.eml"',
    },
  ],
]

export function mailboxRoutes(app: FastifyInstance, mailbox: MailboxFolder): void {
  app.get('/mailbox', async (_request, reply) => {
    reply.header('content-security-policy', PAGE_POLICY).type(HTML)
    return listPage(await mailbox.list())
  })

  app.get<{ Params: MailParams; Querystring: { readonly part?: unknown } }>(
    '/mailbox/:mailId',
    async ({ params, query }, reply) => {
      const mail = await mailbox.open(params.mailId)
      if (mail === undefined) return reply.callNotFound()
      const part = MAIL_PARTS.find((each) => each === query.part) ?? 'html'
      reply.header('content-security-policy', PAGE_POLICY).type(HTML)
      return mailPage(await mailbox.list(), mail, part)
    },
  )

  for (const [name, part, headers] of FILES) {
    app.get<{ Params: MailParams }>(`/mailbox/:mailId/${name}`, async ({ params }, reply) => {
      const content = (await mailbox.open(params.mailId))?.[part]
      if (content === undefined) return reply.callNotFound()
      reply.headers(headers)
      return content
    })
  }
}
