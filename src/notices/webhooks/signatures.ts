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

/** What the secrets of an endpoint follow from. */
export interface SecretSource {
  readonly webhookId: string
  readonly secretSalt: string
  /** While the secret before signs as well. */
  readonly oldSecretSalt: string | null
}

/** The secrets that sign now, `whsec_…` as the receiver has them: the newest first. */
export function secretsOf(
  deploymentSecret: Buffer,
  { webhookId, secretSalt, oldSecretSalt }: SecretSource,
): readonly [string, ...string[]] {
  const secretOf = (salt: string) => {
    const text = `${webhookId}/${salt}`
    return PREFIX + createHmac('sha256', deploymentSecret).update(text).digest('base64')
  }
  return oldSecretSalt === null
    ? [secretOf(secretSalt)]
    : [secretOf(secretSalt), secretOf(oldSecretSalt)]
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
