/**
 * Who is signed in. The key is exchanged for a cookie that no script can read and is kept nowhere; what this
 * browser does keep is until when there is a session, so that a page that is loaded anew knows whether to ask.
 */
import { signal } from '@preact/signals'
import type { Problem } from 'holdfast/client'

export interface SignedIn {
  readonly key_id: string
  readonly scope: 'admin' | 'seller'
  /** The part of the key between the underscores; no secret. */
  readonly prefix: string
  readonly expires_at: string
}

export type Session =
  | { readonly state: 'unknown' }
  | { readonly state: 'in'; readonly who: SignedIn }
  /** `sentence` says why, where the reader did not ask for it. */
  | { readonly state: 'out'; readonly sentence?: string }

const UNTIL = 'holdfast-staff-session-until'
const PATH = '/v1/session'

const SENTENCES = {
  revoked: 'You are signed out: the session is over, or its key was revoked. Sign in again.',
  idle: 'You are signed out, because nobody used these pages for half an hour.',
  elsewhere: 'You signed out in another tab.',
  unheard:
    'The server did not hear that you signed out. This browser keeps the session for up to half an hour, or ' +
    'until you sign in and out again.',
} as const

export const session = signal<Session>({ state: 'unknown' })

/** Finds out who is signed in; asks the server only where this browser remembers a session. */
export async function resume(): Promise<void> {
  if (Date.parse(remembered() ?? '') > Date.now()) await renew()
  else session.value = { state: 'out' }
}

/** @returns a sentence that says why not, or undefined when the reader is signed in */
export async function signIn(key: string): Promise<string | undefined> {
  const response = await send('POST', { authorization: `Bearer ${key}` })
  if (response === undefined) return 'The server does not answer. Check the network and try again.'
  if (response.ok) {
    enter((await response.json()) as SignedIn)
    return undefined
  }
  if (response.status === 401) return 'This key does not work. Copy it again, from hf_ to its end.'
  if (response.status === 403)
    return 'This key is for shops. Sign in with a seller’s or an admin’s.'
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  return problem?.detail ?? 'The server could not sign you in. Try again in a moment.'
}

/** Ends the session here and in every other tab. */
export async function signOut(): Promise<void> {
  const response = await send('DELETE')
  leave(response === undefined ? SENTENCES.unheard : undefined)
}

/** Half an hour more. What the network loses is no end: the next renewal comes in time. */
export async function renew(): Promise<void> {
  const response = await send('GET')
  if (response?.ok === true) enter((await response.json()) as SignedIn)
  else if (response?.status === 401) isOver('revoked')
  else if (session.value.state === 'unknown') {
    leave('The server does not answer. Check the network, then load this page again.')
  }
}

/** An answer said that nobody is signed in any more, or the time is up. */
export function isOver(why: keyof typeof SENTENCES): void {
  if (session.value.state !== 'out') leave(SENTENCES[why])
}

function enter(who: SignedIn): void {
  remember(who.expires_at)
  session.value = { state: 'in', who }
}

function leave(sentence?: string): void {
  remember(undefined)
  session.value = { state: 'out', ...(sentence === undefined ? {} : { sentence }) }
}

async function send(method: string, headers: Record<string, string> = {}) {
  try {
    return await fetch(PATH, { method, headers, credentials: 'same-origin' })
  } catch {
    return undefined
  }
}

window.addEventListener('storage', ({ key, newValue }) => {
  if (key === UNTIL && newValue === null) isOver('elsewhere')
})

/** Browsers that block storage throw at the first touch: then every load begins with the sign-in. */
function remembered(): string | null {
  try {
    return localStorage.getItem(UNTIL)
  } catch {
    return null
  }
}

function remember(until: string | undefined): void {
  try {
    if (until === undefined) localStorage.removeItem(UNTIL)
    else localStorage.setItem(UNTIL, until)
  } catch {}
}
