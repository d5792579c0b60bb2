/**
 * Hands mails to an SMTP server, and tells what came of it. Every mail has a connection of its own and
 * a deadline: a server that hangs costs no more than that.
 */
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { DeliveryResult } from '../channels/channel.js'
import { withoutAddresses } from './address.js'

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with the user and the password that the server wants. */
  readonly url: string
  /** How long one mail may take, from the connection to the last answer; default 20,000 ms. */
  readonly timeoutMs?: number
}

export interface Envelope {
  readonly from: string
  readonly to: string
  readonly message: Buffer
}

/** Sends one mail. It never rejects: whatever goes wrong is a result. */
export type SendMail = (envelope: Envelope, signal: AbortSignal) => Promise<DeliveryResult>

/** Less than the lease of a delivery, so that nobody else sends it meanwhile. */
const TIMEOUT_MS = 20_000
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 }
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/
/** A server's answer as it is kept, in characters. */
const ANSWER_LENGTH_MAX = 500

export function createSmtp({ url, timeoutMs = TIMEOUT_MS }: SmtpOptions): SendMail {
  const server = serverOf(url)
  return (envelope, signal) =>
    new Promise((resolve) => {
      const connection = new SMTPConnection({
        ...server.options,
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
      })
      let settled = false
      const settle = (result: DeliveryResult) => {
        if (settled) return
        settled = true
        clearTimeout(late)
        signal.removeEventListener('abort', onAbort)
        resolve(result)
        if (result.kind === 'delivered') connection.quit()
        // A server that does not say goodbye in time is left.
        setTimeout(() => connection.close(), result.kind === 'delivered' ? 1_000 : 0).unref()
      }
      const onAbort = () => settle(failed('the attempt was given up'))
      const late = setTimeout(
        () => settle(failed(`no answer from the mail server within ${timeoutMs} ms`)),
        timeoutMs,
      )
      const fail = (error: SMTPConnection.SMTPError) => settle(resultOf(error))
      signal.addEventListener('abort', onAbort)
      connection.on('error', fail)
      connection.on('end', () => settle(failed('the mail server closed the connection')))
      if (signal.aborted) return onAbort()

      const send = () =>
        connection.send(
          { from: envelope.from, to: [envelope.to] },
          envelope.message,
          (error, info) => {
            if (error) fail(error)
            else settle({ kind: 'delivered', ...answerOf(info.response) })
          },
        )
      connection.connect((error) => {
        if (error) fail(error)
        else if (server.auth === undefined) send()
        else
          connection.login({ credentials: server.auth }, (error) => (error ? fail(error) : send()))
      })
    })
}

function serverOf(url: string): {
  readonly options: SMTPConnection.Options
  readonly auth: { readonly user: string; readonly pass: string } | undefined
} {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    options: {
      host,
      port: Number(port || PORTS[protocol]),
      secure,
      // Whoever sits in between could hide that the server offers TLS, and read the password.
      requireTLS: username !== '' && !LOOPBACK.test(host),
    },
    auth:
      username === ''
        ? undefined
        : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
  }
}

/** Refusals of the recipient or of the mail; any other is of the server, the sender or the login. */
const FINAL_COMMANDS: ReadonlySet<string> = new Set(['RCPT TO', 'DATA'])

/**
 * A 5xx about the recipient or the mail is final. A 5xx about the login or the sender is not: somebody
 * mends the configuration, and everything that waits goes out.
 */
function resultOf(error: SMTPConnection.SMTPError): DeliveryResult {
  const { responseCode = 0, response, command = '', message } = error
  const isFinal = responseCode >= 500 && responseCode < 600 && FINAL_COMMANDS.has(command)
  const answer = response === undefined ? {} : answerOf(response)
  const reason = withoutAddresses(message).slice(0, ANSWER_LENGTH_MAX)
  return { kind: 'failed', again: !isFinal, reason, ...answer }
}

function failed(reason: string): DeliveryResult {
  return { kind: 'failed', again: true, reason }
}

function answerOf(response: string): { readonly status?: number; readonly answer: string } {
  const [code] = /^\d{3}/.exec(response) ?? []
  const answer = withoutAddresses(response).slice(0, ANSWER_LENGTH_MAX)
  return code === undefined ? { answer } : { status: Number(code), answer }
}
