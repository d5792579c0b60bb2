/** The kinds of events that an endpoint is told of, as a reader writes them. */
import type { Webhook } from 'holdfast/client'

/** What the reader wrote; the service says which kinds there are. */
export function kindsOf(text = ''): Webhook['kinds'] {
  return text.split(/[\s,]+/).filter((kind) => kind !== '') as Webhook['kinds']
}
