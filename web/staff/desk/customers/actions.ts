/** What is done to a customer's name. */
import type { ChangedCustomer, Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'
import { ask } from '../../shell/ask.js'
import type { Notice } from '../../shell/toast.js'

export interface About {
  readonly listing: Listing
  readonly customer: string
  /** Called with the name from then on. */
  readonly after: (customer: string) => void
}

const because = (reason: string | undefined) => (reason === undefined ? {} : { reason })

export function rename(about: About): void {
  const { listing, customer } = about
  ask({
    title: 'Correct the name?',
    text: `All reservations of ${customer} have the new name from then on. The limits of what one may have count them together.`,
    yes: 'Correct',
    fields: [
      { name: 'becomes', label: 'New name or address', value: customer },
      {
        name: 'merge',
        label: 'If somebody has this name already',
        options: [
          { value: 'no', name: 'Leave both as they are' },
          { value: 'yes', name: 'It is the same person: merge them, for good' },
        ],
        value: 'no',
      },
    ],
    asksReason: true,
    act: ({ becomes = '', merge, reason }) =>
      client.customers.change(listing.id, {
        ...{ customer, becomes, merge: merge === 'yes' },
        ...because(reason),
      }),
    done: (changed) => {
      about.after(changed.customer)
      return renamed(about, changed)
    },
  })
}

/** Two customers that became one cannot be told apart again. */
function renamed(about: About, changed: ChangedCustomer): Notice {
  const { customer: becomes, merged } = changed
  if (merged) return { text: `${about.customer} and ${becomes} are one customer now.` }
  return {
    text: `${about.customer} is called ${becomes} now.`,
    undo: async () => {
      try {
        const back = { customer: becomes, becomes: about.customer }
        const answer = await client.customers.change(about.listing.id, back)
        if (!answer.ok) return sentenceOf(answer.refusal)
        about.after(answer.value.customer)
        return 'The name is as it was.'
      } catch (error) {
        return sentenceOfError(error)
      }
    },
  }
}

export function erase({ listing, customer, after }: About): void {
  ask({
    title: 'Forget this customer for good?',
    text: 'A pseudonym takes the place of the name, and contacts, notes and reasons are gone. The reservations and their places stay. There is no way back.',
    yes: 'Erase',
    isDanger: true,
    typed: customer,
    asksReason: true,
    act: ({ reason }) => client.customers.erase(listing.id, customer, because(reason)),
    done: (erased) => {
      after(erased.customer)
      return `${erased.reservations === 1 ? 'One reservation has' : `${erased.reservations} reservations have`} a pseudonym now.`
    },
  })
}
