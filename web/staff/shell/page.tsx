import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import './page.css'

interface PageHeadProps {
  readonly title: string
  /** What the page is for, in a sentence. */
  readonly lead?: ComponentChildren
  /** Buttons and links that are about the whole page. */
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

/** False until the first page was drawn: who has just loaded it reads from its top. */
let hasMoved = false

/** A page with its heading. Whoever comes from another page is led to the heading. */
export function Page({ title, lead, actions, children }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (hasMoved) heading.current?.focus({ preventScroll: true })
    hasMoved = true
  }, [])
  useEffect(() => {
    document.title = `${title} · Staff · Holdfast`
  }, [title])
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p class="soft">{lead}</p>}
        </div>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** A part of a page under a heading of its own. */
export function Part({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ComponentChildren
  children: ComponentChildren
}) {
  return (
    <section class="part">
      <div class="part-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
