/**
 * One of several processes that serve behind one port: forked by `members.ts` and told over its
 * channel what to do. Ctrl-C reaches all of them; each then drains by itself. A terminal that goes
 * away is the primary's concern. Without its primary it ends: nobody would hand it a connection.
 */

import type { Figures, Siblings } from '../../http/metrics/siblings.js'
import { readConfig } from '../config/config.js'
import type { RunningServer } from './server.js'
import { startService } from './service.js'
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.js'

/** How long the others' figures are waited for; longer than the primary waits for them. */
const FIGURES_TIMEOUT_MS = 3_000

const exchange = createExchange()
let running: RunningServer | undefined

process.on('SIGHUP', () => {})
process.on('message', (message: ToWorker) => {
  if (message.say === 'serve') void serve(message)
  else if (message.say === 'retire' || message.say === 'stop') {
    // One that does not serve yet has nothing to finish.
    if (running === undefined) process.exit(0)
    if (message.say === 'retire') running.retire()
    else running.stop(message.signal)
  } else exchange.hear(message)
})
tell({ say: 'ready' })

async function serve(orders: WorkerOrders): Promise<void> {
  try {
    const siblings = exchange.as(orders.worker)
    running = await startService({ config: readConfig(process.env), siblings, ...orders })
    tell({ say: 'listening', address: running.address })
    await running.stopped
    process.exit(0)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    tell({ say: 'failed', why }, () => process.exit(1))
  }
}

function tell(message: FromWorker, then: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, then)
}

type Heard = Extract<ToWorker, { question: number }>

/** The figures of all processes, by way of the primary. */
function createExchange(): { as(worker: number): Siblings; hear(message: Heard): void } {
  let read: () => Promise<Figures> = async () => []
  let asked = 0
  const answers = new Map<number, (figures: readonly Figures[]) => void>()
  return {
    as: (worker) => ({
      worker,
      offer: (own) => {
        read = own
      },
      figures: () =>
        new Promise((resolve) => {
          asked += 1
          const question = asked
          const answer = (figures: readonly Figures[]) => {
            clearTimeout(late)
            answers.delete(question)
            resolve(figures)
          }
          const late = setTimeout(answer, FIGURES_TIMEOUT_MS, [])
          answers.set(question, answer)
          tell({ say: 'ask-figures', question })
        }),
    }),
    hear(message) {
      const { question } = message
      if (message.say === 'figures') answers.get(question)?.(message.figures)
      else void read().then((figures) => tell({ say: 'own-figures', question, figures }))
    },
  }
}
