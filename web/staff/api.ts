/** The client of these pages. It has no key: the browser sends the session's cookie, which no script can read. */
import { createClient } from 'holdfast/client'
import { createServerClock, fetchWith } from '../shared/server-clock.js'
import { isOver } from './session.js'

/** By it holds run out. */
export const clock = createServerClock()

const timedFetch = fetchWith(clock)

export const client = createClient({
  baseUrl: window.location.origin,
  fetch: async (...request) => {
    const response = await timedFetch(...request)
    if (response.status === 401) isOver('revoked')
    return response
  },
})
