import type { Contact } from 'holdfast/client'
import { client } from '../../api.js'
import { ask, type Values } from '../../shell/ask.js'
import type { Field } from '../../shell/ask-field.js'
import { describeBack } from './describe.js'
import type { PartProps } from './props.js'

type Name = keyof Contact

const FIELDS: readonly (Field & { readonly name: Name })[] = [
  { name: 'name', label: 'Name' },
  { name: 'email', label: 'E-mail', type: 'email' },
  { name: 'phone', label: 'Phone' },
  { name: 'locale', label: 'Language', hint: 'A tag such as en, de-AT or pt-BR.' },
  { name: 'note', label: 'Note from the guest' },
]

/** How to reach who it is for. */
export function ContactCard(props: PartProps) {
  const { contact } = props.reservation
  return (
    <section class="card about">
      <div class="about-head">
        <h2>Contact</h2>
        <button type="button" class="button quiet" onClick={() => edit(props)}>
          Edit <span class="heard">the contact</span>
        </button>
      </div>
      {contact === undefined ? (
        <p class="soft">No contact. Mails go to the customer, if that is an address.</p>
      ) : (
        <dl>
          {FIELDS.filter(({ name }) => contact[name] !== undefined).map(({ name, label }) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>{contact[name]}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

function edit({ listing, reservation, after }: PartProps): void {
  const { contact = {} } = reservation
  ask({
    title: 'Correct the contact',
    text: 'Mails that are made from now on use it. An empty field is removed.',
    yes: 'Save',
    fields: FIELDS.map((field) => ({
      ...field,
      value: contact[field.name] ?? '',
      isOptional: true,
    })),
    act: (values) =>
      client.reservations.describe(
        listing.id,
        reservation.id,
        { contact: filled(values) },
        { ifMatch: reservation.version },
      ),
    refused: after,
    done: () => {
      after()
      const before = { contact: filled(contact as Values) }
      return {
        text: 'The contact was corrected.',
        undo: describeBack(listing, reservation, before, after),
      }
    },
  })
}

/** Every field: what is empty is to be removed. */
function filled(values: Values): Record<Name, string | null> {
  const pairs = FIELDS.map(({ name }) => [name, values[name] ?? null])
  return Object.fromEntries(pairs) as Record<Name, string | null>
}
