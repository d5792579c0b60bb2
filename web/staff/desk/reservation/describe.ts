/** The way back from a correction of the contact or the metadata. */
import type { Listing, Reservation } from 'holdfast/client'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'

type Description = Parameters<typeof client.reservations.describe>[2]

/** @returns for a toast: describes the reservation as it was, and says what came of it */
export function describeBack(
  listing: Listing,
  reservation: Reservation,
  before: Description,
  after: () => void,
): () => Promise<string> {
  return async () => {
    try {
      const answer = await client.reservations.describe(listing.id, reservation.id, before)
      after()
      return answer.ok ? 'It is as it was.' : sentenceOf(answer.refusal)
    } catch (error) {
      return sentenceOfError(error)
    }
  }
}
