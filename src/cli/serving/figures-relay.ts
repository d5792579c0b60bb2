/** Fetches a worker the figures of all the others. */
import type { Figures } from '../../http/metrics/siblings.js'
import type { Member } from './members.js'
import type { FromWorker } from './worker-messages.js'

/** Whoever takes longer is left out: a page of figures must not wait for a process that is stuck. */
const ANSWER_TIMEOUT_MS = 1_000

export interface FiguresRelay {
  hear(member: Member, message: FromWorker): void
}

/** @param others those that serve, but for this one */
export function createFiguresRelay(others: (member: Member) => readonly Member[]): FiguresRelay {
  const waiting = new Map<number, (figures: Figures) => void>()
  let asked = 0

  function figuresOf(member: Member): Promise<Figures | undefined> {
    asked += 1
    const question = asked
    return new Promise((resolve) => {
      const answer = (figures?: Figures) => {
        clearTimeout(late)
        waiting.delete(question)
        resolve(figures)
      }
      const late = setTimeout(answer, ANSWER_TIMEOUT_MS)
      waiting.set(question, answer)
      member.tell({ say: 'tell-figures', question })
    })
  }

  return {
    hear(member, message) {
      if (message.say === 'own-figures') waiting.get(message.question)?.(message.figures)
      if (message.say !== 'ask-figures') return
      const { question } = message
      void Promise.all(others(member).map(figuresOf)).then((all) => {
        const figures = all.filter((each) => each !== undefined)
        member.tell({ say: 'figures', question, figures })
      })
    },
  }
}
