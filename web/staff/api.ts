/** The client of these pages. It has no key: the browser sends the session's cookie, which no script can read. */
import { createClient } from 'holdfast/client'
import { isOver } from './session.js'

export const client = createClient({
  baseUrl: window.location.origin,
  fetch: async (...request) => {
    const response = await fetch(...request)
    if (response.status === 401) isOver('revoked')
    return response
  },
})
