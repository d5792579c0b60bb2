/** The service as the shop's components see it: a client, and the server's clock. */
import { type Client, createClient } from 'holdfast/client'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { createServerClock, fetchWith, type ServerClock } from '../../shared/server-clock.js'

export interface Service {
  readonly client: Client
  readonly clock: ServerClock
  /** Where reservations have their pages: an origin, with no slash behind it. */
  readonly baseUrl: string
}

export function createService(baseUrl: string, apiKey: string): Service {
  const clock = createServerClock()
  return { client: createClient({ baseUrl, apiKey, fetch: fetchWith(clock) }), clock, baseUrl }
}

export const ServiceContext = createContext<Service | undefined>(undefined)

/** @throws Error outside of a `ServiceContext.Provider` */
export function useService(): Service {
  const service = useContext(ServiceContext)
  if (service === undefined) throw new Error('there is no service around this component')
  return service
}
