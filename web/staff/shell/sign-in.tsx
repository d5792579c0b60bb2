import { useEffect, useRef, useState } from 'preact/hooks'
import { signIn } from '../session.js'
import './sign-in.css'

/** Takes a key once, exchanges it and forgets it: it is in no state and in no attribute. */
export function SignIn({ sentence }: { sentence: string | undefined }) {
  const field = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    document.title = 'Sign in · Staff · Holdfast'
    field.current?.focus()
  }, [])

  const submit = async () => {
    const input = field.current
    const key = input?.value.trim() ?? ''
    if (input === null || isBusy) return
    if (key === '') return setWrong('Paste a key first.')
    input.value = ''
    setBusy(true)
    const refused = /^[\x21-\x7e]+$/.test(key)
      ? await signIn(key)
      : 'A key has letters, digits and _.'
    setBusy(false)
    if (refused === undefined) return
    setWrong(refused)
    input.focus()
  }

  return (
    <main class="sign-in">
      <div class="card">
        <div>
          <p class="soft">Holdfast</p>
          <h1>Staff</h1>
        </div>
        {sentence !== undefined && (
          <p class="message signal" role="status">
            {sentence}
          </p>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void submit()
          }}
        >
          <div class="field">
            <label for="key">API key</label>
            <input
              ref={field}
              id="key"
              class="input"
              type="password"
              autocomplete="off"
              spellcheck={false}
              aria-describedby={wrong === undefined ? 'key-hint' : 'key-wrong key-hint'}
              aria-invalid={wrong !== undefined}
            />
            {wrong !== undefined && (
              <p class="wrong" id="key-wrong" role="alert">
                {wrong}
              </p>
            )}
            <p class="hint" id="key-hint">
              A seller’s or an admin’s key, hf_… This browser gets a session of half an hour for it
              and keeps the key nowhere.
            </p>
          </div>
          <button type="submit" class="button main" aria-disabled={isBusy}>
            {isBusy ? 'Signing in' : 'Sign in'}
          </button>
        </form>
      </div>
    </main>
  )
}
