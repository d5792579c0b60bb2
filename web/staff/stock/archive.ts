/** Takes a listing or a resource out of sale, or puts it on sale again. */
import type { Answered } from '../calls/use-resource.js'
import { ask } from '../shell/ask.js'
import { wayBack } from './back.js'

interface Archived {
  readonly name: string
  readonly archived: boolean
  put(reason: string | undefined): Promise<Answered<unknown>>
  back(reason: string | undefined): Promise<Answered<unknown>>
  after(): void
}

export function archive({ name, archived, put, back, after }: Archived): void {
  const [act, undo] = archived ? [back, put] : [put, back]
  ask({
    title: archived ? `Put ${name} on sale again?` : `Archive ${name}?`,
    text: archived
      ? 'Shops show it again at once.'
      : 'Nothing new is sold of it. What is sold stays as it is, and it can be put on sale again.',
    yes: archived ? 'Put it on sale' : 'Archive it',
    asksReason: true,
    act: ({ reason }) => act(reason),
    done: () => {
      after()
      return {
        text: archived ? `${name} is on sale again.` : `${name} is archived.`,
        undo: wayBack(() => undo('Undone.'), `${name} is as it was.`, after),
      }
    },
  })
}
