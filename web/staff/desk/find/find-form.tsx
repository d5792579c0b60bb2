import type { Reservation } from 'holdfast/client'
import { go } from '../../../shared/route.js'
import { hrefOf } from '../../hrefs.js'
import type { Names } from '../../words/names.js'
import { stateText } from '../../words/state-tag.js'
import { FIELDS, isNarrow, type Wish } from './wish.js'

const STATES: readonly Reservation['state'][] = [
  'held',
  'confirmed',
  'released',
  'expired',
  'cancelled',
]

/** The form puts what is looked for into the address, so that a search can be sent to somebody. */
export function FindForm({ wish, names }: { wish: Wish; names: Names }) {
  return (
    <search>
      <form
        class="card find-form"
        onSubmit={(event) => {
          event.preventDefault()
          go(hrefOf('find', filledIn(event.currentTarget)))
        }}
      >
        <Text name="customer" label="Customer" value={wish.customer} />
        <Text name="contact" label="E-mail, phone or name" value={wish.contact} />
        <Text name="payment" label="Payment" value={wish.payment} />
        <Choice name="state" label="State" value={wish.state} all="Any state">
          {STATES.map((state) => ({ value: state, name: stateText(state) }))}
        </Choice>
        <Choice name="resource" label="Resource" value={wish.resource} all="Any resource">
          {names.resources.map(({ id, name }) => ({ value: id, name }))}
        </Choice>
        <Text name="from" label="From" type="date" value={wish.from} />
        <Text name="until" label="Until, included" type="date" value={wish.until} />
        <Text name="key" label="Metadata: key" value={wish.key} />
        <Text name="value" label="Metadata: value" value={wish.value} />
        <div class="find-buttons">
          <button type="submit" class="button main">
            Find
          </button>
          {isNarrow(wish) && <a href={hrefOf('find')}>Clear</a>}
        </div>
      </form>
    </search>
  )
}

function filledIn(form: HTMLFormElement): Record<string, string> {
  const data = new FormData(form)
  return Object.fromEntries(FIELDS.map((field) => [field, String(data.get(field) ?? '').trim()]))
}

interface TextProps {
  readonly name: (typeof FIELDS)[number]
  readonly label: string
  readonly value: string
  readonly type?: 'text' | 'date'
}

function Text({ name, label, value, type = 'text' }: TextProps) {
  const id = `find-${name}`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'date' ? (
        <input id={id} name={name} class="input" type="date" defaultValue={value} />
      ) : (
        <input id={id} name={name} class="input" autocomplete="off" defaultValue={value} />
      )}
    </div>
  )
}

interface ChoiceProps extends Omit<TextProps, 'type'> {
  /** What it is called when it narrows nothing down. */
  readonly all: string
  readonly children: readonly { readonly value: string; readonly name: string }[]
}

function Choice({ name, label, value, all, children }: ChoiceProps) {
  const id = `find-${name}`
  // Several states come by a link alone: the choice keeps them as they are.
  const isOther = value !== '' && !children.some((each) => each.value === value)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} class="input" value={value}>
        <option value="">{all}</option>
        {isOther && <option value={value}>{value.replaceAll(',', ', ')}</option>}
        {children.map((each) => (
          <option key={each.value} value={each.value}>
            {each.name}
          </option>
        ))}
      </select>
    </div>
  )
}
