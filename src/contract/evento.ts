/**
 * Evento's wire format: bodies are sentences, and a refusal and a conflict share a status. Whoever
 * has to tell the two apart (Evento's own client does not) compares the body.
 */

/** One hotel with rooms left; `GET /{event_id}/available` answers with an array of them. */
export interface EventoAvailability {
  readonly hotel_id: string
  readonly available: number
}

export const EVENTO_ANSWERS = {
  reserved: { status: 200, text: 'reservation successful' },
  invalidRooms: { status: 400, text: 'invalid number of rooms: a whole number from 1' },
  invalidEmail: { status: 400, text: 'invalid email: at most 254 printable characters' },
  unknownEvent: { status: 404, text: 'unknown event' },
  unknownHotel: { status: 404, text: 'unknown event or hotel' },
  notEnoughRooms: { status: 409, text: 'not enough rooms available' },
  conflict: { status: 409, text: 'conflict: others were faster, try again' },
} as const

/** Headers beyond Evento's own, for a client that wants to check what it was told. */
export const EVENTO_HEADERS = {
  /** The id of the reservation that was made. */
  reservationId: 'holdfast-reservation-id',
  /** How often the server ran the transaction. */
  attempts: 'holdfast-attempts',
} as const
