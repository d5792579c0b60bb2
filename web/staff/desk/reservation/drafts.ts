/** The lines of a reservation while somebody changes them. */
import type { Line, WantedLine } from 'holdfast/client'
import { addDays } from '../../../shared/times.js'
import { staysIn } from '../../words/lines.js'
import type { Names } from '../../words/names.js'

interface Counted {
  /** Tells drafts apart while they are edited. */
  readonly key: number
  readonly quantity: number
}

/** Units of a pool that is bound to no time. */
export interface PoolDraft extends Counted {
  readonly kind: 'pool'
  readonly poolId: string
}

/** A slot or a range; times are RFC 3339. */
export interface TimeDraft extends Counted {
  readonly kind: 'time'
  readonly resourceId: string
  readonly from: string
  readonly to: string
}

/** Nights of a hotel, or of a block of it. */
export interface StayDraft extends Counted {
  readonly kind: 'stay'
  readonly place: { readonly resource_id: string } | { readonly block_id: string }
  readonly checkIn: string
  readonly checkOut: string
}

export type Draft = PoolDraft | TimeDraft | StayDraft

/** Of the fields that change a draft. */
export interface FieldsProps<Kind extends Draft> {
  readonly id: string
  readonly draft: Kind
  readonly names: Names
  readonly onChange: (draft: Draft) => void
}

export function draftsOf(lines: readonly Line[]): Draft[] {
  return staysIn(lines).map((stay, key) => {
    const [{ pool_id: poolId, quantity, resource_id, block_id, night, from, to }] = stay
    if (night !== undefined) {
      const place = block_id === undefined ? { resource_id: resource_id ?? '' } : { block_id }
      const checkOut = addDays(stay.at(-1)?.night ?? night, 1)
      return { kind: 'stay', key, quantity, place, checkIn: night, checkOut }
    }
    if (resource_id !== undefined && from !== undefined && to !== undefined) {
      return { kind: 'time', key, quantity, resourceId: resource_id, from, to }
    }
    return { kind: 'pool', key, quantity, poolId }
  })
}

export function wantedOf(drafts: readonly Draft[]): WantedLine[] {
  return drafts.map((draft) => {
    const { quantity } = draft
    if (draft.kind === 'pool') return { pool_id: draft.poolId, quantity }
    if (draft.kind === 'stay') {
      return { ...draft.place, check_in: draft.checkIn, check_out: draft.checkOut, quantity }
    }
    return { resource_id: draft.resourceId, from: draft.from, to: draft.to, quantity }
  })
}
