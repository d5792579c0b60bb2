import type { Reservation } from 'holdfast/client'

const LOOKS: Readonly<Record<Reservation['state'], string>> = {
  held: 'tag signal',
  confirmed: 'tag',
  released: 'tag plain',
  expired: 'tag plain',
  cancelled: 'tag danger',
}

const WORDS: Readonly<Record<Reservation['state'], string>> = {
  held: 'Held',
  confirmed: 'Confirmed',
  released: 'Released',
  expired: 'Ran out',
  cancelled: 'Cancelled',
}

/** What state a reservation is in, in a word. */
export function StateTag({ state }: { state: Reservation['state'] }) {
  return <span class={LOOKS[state]}>{WORDS[state]}</span>
}

export function stateText(state: Reservation['state']): string {
  return WORDS[state]
}
