/** Names that an application's types lean on: it compiles under every way to resolve modules. */
import { createHoldfast, type Holdfast, HoldfastError, isFault } from 'holdfast'
import { type Client, createClient, HoldfastClientError } from 'holdfast/client'

export const client: Client = createClient({
  baseUrl: 'https://booking.example.com',
  apiKey: 'hf_x',
})

export async function seatsLeft(databaseUrl: string, listingId: string): Promise<number> {
  const holdfast: Holdfast = await createHoldfast({ databaseUrl })
  try {
    const seats = await holdfast.availability(listingId)
    // @ts-expect-error: the types are there, and are no `any`
    seats.nowhere
    return seats?.pools.length ?? 0
  } catch (error) {
    if (isFault(error, 'database_unavailable') || error instanceof HoldfastClientError) return 0
    throw error instanceof HoldfastError ? error.message : error
  } finally {
    await holdfast.close()
  }
}
