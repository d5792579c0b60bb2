/** Who did something, as the journal has it, in words. */
import { session } from '../session.js'
import { shortId } from './names.js'

export function actorText(actor: string | null): string {
  if (actor === null) return 'Unknown: older than this record'
  if (actor === 'system') return 'Holdfast'
  const { value } = session
  if (actor.startsWith('key:')) {
    const id = actor.slice('key:'.length)
    return value.state === 'in' && value.who.key_id === id ? 'Your key' : `Key ${shortId(id)}`
  }
  return actor.startsWith('app:') ? actor.slice('app:'.length) : actor
}
