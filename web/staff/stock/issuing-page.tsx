import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Paged, type PagedList } from '../calls/paged.js'
import { Page } from '../shell/page.js'
import { Secret } from './secret.js'
import '../desk/rows.css'

interface IssuingPageProps<Item, Issued> {
  readonly title: string
  readonly lead: string
  readonly of: PagedList<Item>
  /** What is listed: `keys`. */
  readonly what: string
  /** What stands there while there are none. */
  readonly none: ComponentChildren
  /** What the button to make one says. */
  readonly make: string
  /** Asks what it shall be, and makes it; undefined while that cannot be asked yet. */
  readonly create: ((onMade: (issued: Issued) => void) => void) | undefined
  /** What is shown this once of one that was just made. */
  readonly secretOf: (issued: Issued) => {
    readonly title: string
    readonly text: string
    readonly secret: string
  }
  readonly children: (item: Item) => ComponentChildren
}

/** A list of what has a secret, which is shown once: when one was made. */
export function IssuingPage<Item, Issued>(props: IssuingPageProps<Item, Issued>) {
  const { title, lead, of, what, none, make, create, secretOf, children } = props
  const [issued, setIssued] = useState<Issued>()
  const onMade = (made: Issued) => {
    setIssued(() => made)
    of.reload()
  }
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        <button
          type="button"
          class="button main"
          disabled={create === undefined}
          onClick={() => create?.(onMade)}
        >
          {make}
        </button>
      }
    >
      {issued !== undefined && (
        <Secret {...secretOf(issued)} onClose={() => setIssued(undefined)} />
      )}
      <Paged of={of} what={what} none={none}>
        {(items) => <ul class="plain card rows">{items.map(children)}</ul>}
      </Paged>
    </Page>
  )
}
