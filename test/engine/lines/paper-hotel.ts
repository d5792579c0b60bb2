/** A hotel kept on paper: what each night would answer. It knows nothing of pools, commands or SQL. */

/** The rooms of each of its two types, on every night. */
export const CAPACITIES = [4, 2]

/** It has rooms to sell on this many nights. */
export const NIGHTS = 7

/** What a guest wants of one room type: the number of the first night, how many nights, how many rooms. */
export interface Wish {
  readonly type: number
  readonly from: number
  readonly length: number
  readonly quantity: number
}

/** For each guest, rooms by type and night. */
export class PaperHotel {
  readonly guests = new Map<string, { rooms: Map<string, number>; state: 'held' | 'confirmed' }>()

  roomsOf(wishes: readonly Wish[]): Map<string, number> {
    const rooms = new Map<string, number>()
    for (const { type, from, length, quantity } of wishes) {
      for (let night = from; night < from + length; night += 1) {
        rooms.set(`${type}/${night}`, (rooms.get(`${type}/${night}`) ?? 0) + quantity)
      }
    }
    return rooms
  }

  sold(cell: string, without?: string): number {
    let sold = 0
    for (const [id, { rooms }] of this.guests) if (id !== without) sold += rooms.get(cell) ?? 0
    return sold
  }

  /** What the hotel would say; `without` is a guest whose rooms are free for the asking. */
  answer(wishes: readonly Wish[], without?: string): string {
    const rooms = [...this.roomsOf(wishes)]
    if (rooms.some(([cell]) => Number(cell.split('/')[1]) >= NIGHTS)) return 'nights_not_on_sale'
    const full = rooms.filter(([cell, wanted]) => {
      const capacity = CAPACITIES[Number(cell[0])] ?? 0
      return this.sold(cell, without) + wanted > capacity
    })
    if (full.length === 0) return 'done'
    const futile = rooms.some(([cell, wanted]) => wanted > (CAPACITIES[Number(cell[0])] ?? 0))
    return futile ? 'exceeds_capacity' : 'insufficient_capacity'
  }
}
