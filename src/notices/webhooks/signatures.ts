/**
 * Signatures as Standard Webhooks 1.0 has them, and the secrets that they are made with.
 *
 * A secret is derived, not stored: from a secret of the deployment, the endpoint and a salt of its own.
 * Rotation draws another salt. So the table of endpoints alone, in a copy or a log, signs nothing.
 */
import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
const MS_PER_SECOND = 1_000

/** The secret of the deployment that the others are derived with. */
export const SECRETS_PURPOSE = 'webhook secrets'

/** `whsec_…`, as its receiver has it. */
export function secretOf(deploymentSecret: Buffer, webhookId: string, salt: string): string {
  const key = createHmac('sha256', deploymentSecret).update(`${webhookId}/${salt}`).digest('base64')
  return `${PREFIX}${key}`
}

export interface Message {
  /** The same for every attempt, so that a receiver can tell what it has had. */
  readonly id: string
  readonly body: string
}

/** The headers that prove where a message comes from and when it was sent; a signature for each secret. */
export function signatureHeaders(
  { id, body }: Message,
  secrets: readonly string[],
  nowMs: number = Date.now(),
): Record<string, string> {
  const seconds = Math.floor(nowMs / MS_PER_SECOND)
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}
