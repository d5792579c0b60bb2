import { useEffect, useRef, useState } from 'preact/hooks'
import './secret.css'

interface SecretProps {
  /** `The key of the box office` */
  readonly title: string
  readonly text: string
  readonly secret: string
  onClose(): void
}

/** Something that is shown this once: copied, then put away. It is kept in no other place. */
export function Secret({ title, text, secret, onClose }: SecretProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const [isCopied, setCopied] = useState(false)
  useEffect(() => heading.current?.focus(), [])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
    } catch {
      // A page that was not loaded over TLS has no clipboard: the reader copies the selected text.
      const code = document.getElementById('secret')
      if (code !== null) window.getSelection()?.selectAllChildren(code)
    }
  }
  return (
    <section class="secret message" aria-labelledby="secret-title">
      <h2 ref={heading} id="secret-title" tabIndex={-1}>
        {title}
      </h2>
      <p>{text}</p>
      <code id="secret">{secret}</code>
      <div class="secret-buttons">
        <button type="button" class="button main" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" class="button" onClick={onClose}>
          I have it
        </button>
      </div>
    </section>
  )
}
