/** The session of the staff's pages: a cookie that no script can read and no other site can send. */
import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../access/keyring.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { HttpProblem } from '../wire/problems.js'

/** Of this host alone, over TLS alone (or on this machine): what the prefix makes browsers see to. */
const COOKIE = '__Host-holdfast'
const ATTRIBUTES = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const

/** @param seconds how long the browser keeps it; 0 forgets it */
export function sessionCookie(session: string, seconds: number): string {
  return stringifySetCookie({ name: COOKIE, value: session, ...ATTRIBUTES, maxAge: seconds })
}

/**
 * Who is signed in.
 *
 * @returns `none` when the browser sent no session
 * @throws HttpProblem `forbidden` when the request does not come from our own page
 */
export async function signedIn(
  request: FastifyRequest,
  { sessions }: Pick<Holdfast, 'sessions'>,
): Promise<Principal | 'late' | 'none' | undefined> {
  const { cookie: cookies = '' } = request.headers
  if (!cookies.includes(COOKIE)) return 'none'
  const session = parseCookie(cookies)[COOKIE]
  if (session === undefined || session === '') return 'none'
  checkOwnPage(request)
  return sessions.redeem(session)
}

/**
 * The cookie goes with every request to this host: only one that our own page sends is meant.
 *
 * @throws HttpProblem `forbidden` for any other
 */
export function checkOwnPage({ headers, host }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers
  const isOwn = origin === undefined || /^https?:\/\/([^/]+)$/.exec(origin)?.[1] === host
  if (site === 'same-origin' && isOwn) return
  throw new HttpProblem('forbidden', {
    detail:
      'The session is for the pages of this server alone. A program sends an API key; behind a proxy, ' +
      'HOLDFAST_TRUST_PROXY has to name it, or it has to pass the Host header on.',
  })
}
