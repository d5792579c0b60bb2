/** A dispatcher whose channel answers at once: what telling costs the process that it runs in. */
import type { Database } from '../../src/storage/driver/database.js'
import { shipped } from '../shipped.js'

/** Begins to tell of what is written, and looks once a second as the upkeep does. */
export async function startDispatching(db: Database): Promise<void> {
  const { createDispatcher } = await shipped()
  const dispatcher = createDispatcher({
    db,
    channels: [
      {
        name: 'bench',
        destinationsOf: async () => ['bench'],
        deliver: async () => ({ kind: 'delivered' }),
      },
    ],
    onError: (error) => process.stderr.write(`dispatcher: ${String(error)}\n`),
  })
  setInterval(() => dispatcher.wake(), 1_000).unref()
}
