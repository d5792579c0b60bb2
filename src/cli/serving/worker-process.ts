/**
 * One of several processes that serve behind one port: forked by `members.ts`, which sends it
 * messages. Ctrl-C reaches all of them; each then drains by itself. A terminal that goes away is the
 * primary's concern. A worker without a primary ends: no process would hand it a connection.
 */

import { learn, onLearned } from '../../engine/lineages.js'
import type { Figures, Siblings } from '../../http/metrics/siblings.js'
import { readConfig } from '../config/config.js'
import type { RunningServer } from './server.js'
import { startService } from './service.js'
import type { FromWorker, ToWorker, WorkerOrders } from './worker-messages.js'

/** How long to wait for the others' figures; longer than the primary waits for them. */
const FIGURES_TIMEOUT_MS = 3_000

const exchange = createExchange()
let running: RunningServer | undefined

process.on('SIGHUP', () => {})
process.on('message', (message: ToWorker) => {
  if (message.kind === 'serve') void serve(message)
  else if (message.kind === 'lineage') learn(message.lineage)
  else if (message.kind === 'retire' || message.kind === 'stop') {
    // A worker that does not serve yet has nothing to finish.
    if (running === undefined) process.exit(0)
    if (message.kind === 'retire') running.retire()
    else running.stop(message.signal)
  } else exchange.receive(message)
})
sendToPrimary({ kind: 'ready' })

async function serve(orders: WorkerOrders): Promise<void> {
  try {
    orders.lineages.forEach(learn)
    onLearned((lineage) => sendToPrimary({ kind: 'lineage', lineage }))
    const siblings = exchange.as(orders.worker)
    running = await startService({ config: readConfig(process.env), siblings, ...orders })
    sendToPrimary({ kind: 'listening', address: running.address })
    await running.stopped
    process.exit(0)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    sendToPrimary({ kind: 'failed', why }, () => process.exit(1))
  }
}

function sendToPrimary(message: FromWorker, then: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, then)
}

type FiguresMessage = Extract<ToWorker, { question: number }>

/** Exchanges figures with the other processes, through the primary. */
function createExchange(): {
  as(worker: number): Siblings
  receive(message: FiguresMessage): void
} {
  let read: () => Promise<Figures> = async () => []
  let lastQuestion = 0
  const answers = new Map<number, (figures: readonly Figures[]) => void>()
  return {
    as: (worker) => ({
      worker,
      offer: (own) => {
        read = own
      },
      figures: () =>
        new Promise((resolve) => {
          lastQuestion += 1
          const question = lastQuestion
          const answer = (figures: readonly Figures[]) => {
            clearTimeout(late)
            answers.delete(question)
            resolve(figures)
          }
          const late = setTimeout(answer, FIGURES_TIMEOUT_MS, [])
          answers.set(question, answer)
          sendToPrimary({ kind: 'ask-figures', question })
        }),
    }),
    receive(message) {
      const { question } = message
      if (message.kind === 'figures') answers.get(question)?.(message.figures)
      else void read().then((figures) => sendToPrimary({ kind: 'own-figures', question, figures }))
    },
  }
}
