/** The page of the demo's mailbox. It runs no script, and loads nothing but the mail in its frame. */
import { createHash } from 'node:crypto'
import { inHtml } from '../../notices/mail/templates.js'
import type { KeptMail, OpenedMail } from '../../notices/mailbox/folder.js'

export const MAIL_PARTS = ['html', 'text', 'calendar', 'source'] as const

export type MailPart = (typeof MAIL_PARTS)[number]

const PART_NAMES: Readonly<Record<MailPart, string>> = {
  html: 'Mail',
  text: 'Text',
  calendar: 'Calendar',
  source: 'Source',
}

const STYLE = `
:root { color-scheme: light dark; --ink: #17292d; --soft: #52666a; --line: #dbe2df; --paper: #fff; --back: #eef1ef; --mark: #0b6b63; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eeed; --soft: #9fb2b5; --line: #2a3b3f; --paper: #142225; --back: #0c1517; --mark: #5cc9bd; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
.page { max-width: 1120px; margin: 0 auto; padding: 28px 16px 40px; }
h1 { margin: 0; font-size: 22px; letter-spacing: -0.01em; }
h2 { margin: 0 0 10px; font-size: 22px; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.hint { margin: 4px 0 22px; color: var(--soft); max-width: 62ch; }
a { color: var(--mark); text-underline-offset: 2px; }
.list { margin: 0; padding: 0; list-style: none; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list a { display: block; padding: 12px 16px; color: inherit; text-decoration: none; }
.list a:hover strong { text-decoration: underline; }
.list [aria-current] { box-shadow: inset 4px 0 var(--mark); }
.list strong, .list span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list span, .envelope { color: var(--soft); font-size: 14px; }
.empty { padding: 40px 16px; text-align: center; color: var(--soft); background: var(--paper); border: 1px dashed var(--line); border-radius: 12px; }
.mail { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; min-width: 0; }
.head { padding: 20px 22px 0; }
.envelope { margin: 0 0 14px; display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; }
.envelope dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; border-bottom: 1px solid var(--line); padding: 0 22px; }
nav a { padding: 8px 0; text-decoration: none; color: var(--soft); }
nav [aria-current] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -3px var(--mark); }
iframe { display: block; width: 100%; height: 720px; border: 0; }
pre { margin: 0; padding: 20px 22px; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.55 ui-monospace, monospace; }
.note { margin: 0; padding: 14px 22px 0; }
@media (min-width: 900px) {
  .open { display: grid; grid-template-columns: 320px minmax(0, 1fr); gap: 20px; align-items: start; }
}
@media (max-width: 899px) { .open .list { display: none; } }
`

/** The style of the page is its own; anything else that calls itself style is not obeyed. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For the frame with the mail: it has no origin, runs nothing, and fetches nothing. */
export const FRAME_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

export function listPage(mails: readonly KeptMail[]): string {
  const body =
    mails.length === 0
      ? '<p class="empty">No mail yet. Book something with one of the lines that the server printed; the confirmation appears here.</p>'
      : list(mails, undefined)
  // A page without mails looks again by itself; one with mails stays as it is while somebody reads.
  const again = mails.length === 0 ? '<meta http-equiv="refresh" content="3">' : ''
  return page('Mailbox', again, body)
}

export function mailPage(mails: readonly KeptMail[], mail: OpenedMail, wanted: MailPart): string {
  const parts = partsOf(mail)
  const shown = parts.includes(wanted) ? wanted : 'source'
  const tabs = parts.map((part) => {
    const current = part === shown ? ' aria-current="page"' : ''
    return `<a href="/mailbox/${mail.mailId}?part=${part}"${current}>${PART_NAMES[part]}</a>`
  })
  const envelope = [
    ['From', inHtml(mail.from)],
    ['To', inHtml(mail.to)],
    ['Arrived', timeOf(mail.atMs)],
  ].map(([label, value]) => `<dt>${label}</dt><dd>${value}</dd>`)
  return page(
    mail.subject,
    '',
    `<div class="open">${list(mails, mail.mailId)}<article class="mail"><div class="head">
<h2>${inHtml(mail.subject)}</h2>
<dl class="envelope">${envelope.join('')}</dl></div>
<nav aria-label="Parts of the mail">${tabs.join('')}</nav>
${partOf(mail, shown)}</article></div>`,
  )
}

/** The parts that a mail has. */
function partsOf(mail: OpenedMail): readonly MailPart[] {
  return MAIL_PARTS.filter((part) => mail[part] !== undefined && mail[part] !== '')
}

function partOf(mail: OpenedMail, part: MailPart): string {
  if (part === 'html') {
    return `<iframe sandbox title="The mail as it is shown" src="/mailbox/${mail.mailId}/html"></iframe>`
  }
  const note =
    part === 'calendar'
      ? `<p class="note"><a href="/mailbox/${mail.mailId}/invitation.ics">Open it in a calendar</a></p>`
      : part === 'source'
        ? `<p class="note"><a href="/mailbox/${mail.mailId}/mail.eml">Open it in a mail program</a></p>`
        : ''
  return `${note}<pre>${inHtml(mail[part] ?? '')}</pre>`
}

function list(mails: readonly KeptMail[], openId: string | undefined): string {
  const items = mails.map(({ mailId, subject, to, atMs }) => {
    const current = mailId === openId ? ' aria-current="page"' : ''
    return `<li><a href="/mailbox/${mailId}"${current}><strong>${inHtml(subject)}</strong><span>${inHtml(to)}, ${timeOf(atMs)}</span></a></li>`
  })
  return `<ul class="list">${items.join('\n')}</ul>`
}

function timeOf(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ')} UTC</time>`
}

function page(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inHtml(title)} · Holdfast</title>${head}<style>${STYLE}</style></head>
<body><div class="page"><h1><a href="/mailbox">Mailbox</a></h1>
<p class="hint">Every mail that this demo sends ends here, and nowhere else.</p>
${body}</div></body></html>
`
}
