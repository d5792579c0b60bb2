/** Webhooks as a channel of a Holdfast. */
import { createWebhookChannel } from '../../notices/channels/webhook.js'
import type { TargetRules } from '../../notices/webhooks/targets.js'
import type { MakeChannel } from './notices.js'

/** @param rules where they may go; default the public internet alone */
export function webhookChannel(rules: TargetRules = {}): MakeChannel {
  return ({ db, tokens }) => createWebhookChannel({ db, derive: tokens.derive, rules })
}
