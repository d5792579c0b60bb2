/** What a reader wants to have, and how the service is asked for it. Pure. */
import type { Line, WantedLine } from 'holdfast/client'
import { addDays, dateText, daysBetween, spanText } from '../../shared/times.js'

interface Wanted {
  readonly resourceId: string
  readonly quantity: number
}

export type Choice = Wanted &
  (
    | { readonly kind: 'units'; readonly poolId: string }
    | { readonly kind: 'time'; readonly fromMs: number; readonly toMs: number }
    | { readonly kind: 'stay'; readonly checkIn: string; readonly checkOut: string }
  )

export type TimeChoice = Extract<Choice, { kind: 'time' }>
export type StayChoice = Extract<Choice, { kind: 'stay' }>
export type UnitsChoice = Extract<Choice, { kind: 'units' }>

/** Two choices of one key are the same thing, in whatever quantity. */
export function keyOf(choice: Choice): string {
  switch (choice.kind) {
    case 'units':
      return choice.poolId
    case 'time':
      return [choice.resourceId, choice.fromMs, choice.toMs].join(' ')
    case 'stay':
      return [choice.resourceId, choice.checkIn, choice.checkOut].join(' ')
  }
}

export function wantedLine(choice: Choice): WantedLine {
  const { resourceId: resource_id, quantity } = choice
  switch (choice.kind) {
    case 'units':
      return { pool_id: choice.poolId, quantity }
    case 'time': {
      const [from, to] = [choice.fromMs, choice.toMs].map((ms) => new Date(ms).toISOString())
      return { resource_id, from: from ?? '', to: to ?? '', quantity }
    }
    case 'stay':
      return { resource_id, check_in: choice.checkIn, check_out: choice.checkOut, quantity }
  }
}

/** When it is, by the clocks of the place; empty for what is bound to no time. */
export function whenText(choice: Choice, zone: string, style: 'long' | 'short' = 'long'): string {
  if (choice.kind === 'units') return ''
  if (choice.kind === 'time') return spanText(zone, choice.fromMs, choice.toMs, style)
  const { checkIn, checkOut } = choice
  const nights = nightsText(daysBetween(checkIn, checkOut))
  return `${dateText(checkIn, style)} to ${dateText(checkOut, style)}, ${nights}`
}

export function nightsText(nights: number): string {
  return nights === 1 ? '1 night' : `${nights} nights`
}

/**
 * What a reservation has, as choices: nights in a row of as many rooms are one stay.
 *
 * @param resourceOf which resource a pool that is bound to no time is on
 */
export function choicesOf(
  lines: readonly Line[],
  resourceOf: (poolId: string) => string | undefined,
): readonly Choice[] {
  const choices: Choice[] = []
  const stays = new Map<string, StayChoice>()
  const inOrder = [...lines].sort((a, b) => (a.night ?? '').localeCompare(b.night ?? ''))
  for (const { pool_id: poolId, quantity, night, from, to, ...line } of inOrder) {
    const resourceId = line.resource_id ?? line.block_id ?? resourceOf(poolId) ?? ''
    const what = { resourceId, quantity }
    if (night !== undefined) {
      const checkOut = addDays(night, 1)
      const before = stays.get([resourceId, quantity, night].join(' '))
      const checkIn = before?.checkIn ?? night
      stays.delete([resourceId, quantity, night].join(' '))
      stays.set([resourceId, quantity, checkOut].join(' '), {
        ...what,
        ...{ kind: 'stay', checkIn, checkOut },
      })
    } else if (from !== undefined && to !== undefined) {
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
      choices.push({ ...what, kind: 'time', fromMs, toMs })
    } else choices.push({ ...what, kind: 'units', poolId })
  }
  return [...choices, ...stays.values()].sort((a, b) => beginOf(a) - beginOf(b))
}

function beginOf(choice: Choice): number {
  if (choice.kind === 'units') return 0
  return choice.kind === 'time' ? choice.fromMs : Date.parse(choice.checkIn)
}
