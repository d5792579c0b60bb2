/** Sends a message on to a program that is being developed, and says what came of it. */
import type { ListenedMessage } from '../../engine/webhooks/listen.js'

const TIMEOUT_MS = 5_000

/** @returns a line for a person */
export async function forward(
  { kind, id, body, headers }: ListenedMessage,
  url: string,
): Promise<string> {
  return `${kind} ${id} ${await answerOf(url, { body, headers: { ...headers } })}`
}

async function answerOf(
  url: string,
  message: { readonly body: string; readonly headers: Record<string, string> },
): Promise<string> {
  try {
    const response = await fetch(url, {
      ...message,
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return String(response.status)
  } catch (error) {
    const { message: text, cause } = error as Error
    return cause instanceof Error ? cause.message || text : text
  }
}
