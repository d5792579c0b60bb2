/** Renews the session while somebody uses these pages, and notices within seconds that it is over. */
import { useEffect } from 'preact/hooks'
import { client } from '../api.js'
import { isOver, renew, session } from '../session.js'

/** A revoked key ends a page that lies open within this. */
const LOOK_MS = 4_000
/** A session lasts half an hour. */
const RENEW_MS = 300_000
const USES = ['pointerdown', 'keydown'] as const

export function useKeptSession(): void {
  useEffect(() => {
    let usedAtMs = Date.now()
    let renewedAtMs = Date.now()
    const onUse = () => {
      usedAtMs = Date.now()
    }
    const look = async () => {
      const { value } = session
      if (value.state !== 'in' || document.visibilityState === 'hidden') return
      if (Date.parse(value.who.expires_at) <= Date.now()) return isOver('idle')
      if (usedAtMs > renewedAtMs && Date.now() - renewedAtMs >= RENEW_MS) {
        renewedAtMs = Date.now()
        return renew()
      }
      // Any call does: the client tells the session when it was answered that nobody is signed in.
      await client.listings.list({ limit: 1 }).catch(() => {})
    }
    const onLook = () => void look()
    const timer = setInterval(onLook, LOOK_MS)
    for (const use of USES) document.addEventListener(use, onUse)
    document.addEventListener('visibilitychange', onLook)
    return () => {
      clearInterval(timer)
      for (const use of USES) document.removeEventListener(use, onUse)
      document.removeEventListener('visibilitychange', onLook)
    }
  }, [])
}
