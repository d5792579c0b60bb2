/** What can be done to a listing and to a resource alike: it is changed, archived, and put on sale again. */
import type { Answered } from '../calls/use-resource.js'
import { ask, type Question } from '../shell/ask.js'
import { wayBack } from './back.js'

interface Named {
  readonly name: string
  readonly archived: boolean
}

interface SaleActionsProps<Value extends Named> {
  readonly of: Value
  /** What of it is asked for and changed. */
  readonly change: Pick<Question<Value>, 'text' | 'fields' | 'act'>
  /** Makes it as it is now, once it was changed. */
  changeBack(): Promise<Answered<unknown>>
  archive(reason: string | undefined): Promise<Answered<unknown>>
  unarchive(reason: string | undefined): Promise<Answered<unknown>>
  after(): void
}

export function SaleActions<Value extends Named>(props: SaleActionsProps<Value>) {
  return (
    <>
      <button type="button" class="button" onClick={() => askToChange(props)}>
        Change
      </button>
      <button type="button" class="button" onClick={() => askToArchive(props)}>
        {props.of.archived ? 'Put on sale again' : 'Archive'}
      </button>
    </>
  )
}

function askToChange<Value extends Named>(props: SaleActionsProps<Value>): void {
  const { of, change, changeBack, after } = props
  ask<Value>({
    title: `Change ${of.name}`,
    yes: 'Save',
    asksReason: true,
    ...change,
    done: (changed) => {
      after()
      return {
        text: `${changed.name} is changed.`,
        undo: wayBack(changeBack, `${of.name} is as it was.`, after),
      }
    },
  })
}

function askToArchive<Value extends Named>(props: SaleActionsProps<Value>): void {
  const { of, archive, unarchive, after } = props
  const { name, archived } = of
  const [act, undo] = archived ? [unarchive, archive] : [archive, unarchive]
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
