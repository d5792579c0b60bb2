/** What it costs a hot pool that somebody is told of every reservation. */
import type { Stage } from '../stage.js'
import { type Entry, engineCell, PLENTY } from './entry.js'

/** What the cells are called. */
export const LISTENERS = {
  none: 'nobody listens',
  absent: 'somebody listens, and is told later',
  present: 'somebody listens, and is told meanwhile',
} as const

const CLIENTS = 64

export const notices: Entry = {
  name: 'notices',
  title: 'Notices',
  about:
    `\`batched\` on one hot pool, ${CLIENTS} clients: without a listener; with one, so that each reservation ` +
    'writes an event; and with a dispatcher in the same process as well, which tells a channel that ' +
    'answers at once.',
  async open(context) {
    const cells = (['HTTP', 'in process'] as const).flatMap((way) =>
      Object.values(LISTENERS).map((subject) =>
        engineCell(context, {
          ...{ entry: notices.name, subject, strategy: 'batched', way, clients: CLIENTS },
          work: async (stage) => {
            const work = await stage.newListing([PLENTY])
            if (subject !== LISTENERS.none) await listen(stage)
            return { ...work, dispatches: subject === LISTENERS.present }
          },
        }),
      ),
    )
    return { cells }
  },
}

/** The bench's channel listens to every listing, as one does that sends mail. */
async function listen({ client }: Stage): Promise<void> {
  await client.query(
    `insert into listeners (listing_id, channel, destination)
     values ('00000000-0000-0000-0000-000000000000', 'bench', 'bench')`,
  )
}
