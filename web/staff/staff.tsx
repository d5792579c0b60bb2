import { useEffect } from 'preact/hooks'
import { resume, session } from './session.js'
import { Frame } from './shell/frame.js'
import { useKeptSession } from './shell/keep-session.js'
import { SignIn } from './shell/sign-in.js'

/** What the people of a shop work with: the sign-in, or the pages of who is signed in. */
export function Staff() {
  useKeptSession()
  useEffect(() => {
    void resume()
  }, [])
  const { value } = session
  if (value.state === 'unknown') return <main aria-busy="true" />
  if (value.state === 'out') return <SignIn sentence={value.sentence} />
  return <Frame key={value.who.key_id} who={value.who} />
}
