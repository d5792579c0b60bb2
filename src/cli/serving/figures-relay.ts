/** Collects for one worker the figures of all others. */
import type { Figures } from '../../http/metrics/siblings.js'
import type { Member } from './members.js'
import type { FromWorker } from './worker-messages.js'

/** A worker that takes longer is left out: /metrics must not wait for a process that is stuck. */
const ANSWER_TIMEOUT_MS = 1_000

export interface FiguresRelay {
  receive(member: Member, message: FromWorker): void
}

/** @param others the workers that serve, without this one */
export function createFiguresRelay(others: (member: Member) => readonly Member[]): FiguresRelay {
  const waiting = new Map<number, (figures: Figures) => void>()
  let lastQuestion = 0

  function figuresOf(member: Member): Promise<Figures | undefined> {
    lastQuestion += 1
    const question = lastQuestion
    return new Promise((resolve) => {
      const answer = (figures?: Figures) => {
        clearTimeout(late)
        waiting.delete(question)
        resolve(figures)
      }
      const late = setTimeout(answer, ANSWER_TIMEOUT_MS)
      waiting.set(question, answer)
      member.send({ kind: 'send-figures', question })
    })
  }

  return {
    receive(member, message) {
      if (message.kind === 'own-figures') waiting.get(message.question)?.(message.figures)
      if (message.kind !== 'ask-figures') return
      const { question } = message
      void Promise.all(others(member).map(figuresOf)).then((all) => {
        const figures = all.filter((each) => each !== undefined)
        member.send({ kind: 'figures', question, figures })
      })
    },
  }
}
