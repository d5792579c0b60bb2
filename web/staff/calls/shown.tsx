import type { ComponentChildren } from 'preact'
import type { Resource } from './use-resource.js'
import './shown.css'

interface ShownProps<Value> {
  readonly of: Resource<Value>
  /** What is being loaded, for those who hear the page: `the refunds`. */
  readonly what: string
  readonly children: (value: Value) => ComponentChildren
}

/** A resource, or that it is being loaded, or why it is not to be had, with another try. */
export function Shown<Value>({ of, what, children }: ShownProps<Value>) {
  const { value, sentence, isLoading, reload } = of
  return (
    <>
      {sentence !== undefined && (
        <div class="message danger failed" role="alert">
          <p>{sentence}</p>
          <button type="button" class="button" onClick={reload} aria-disabled={isLoading}>
            Try again
          </button>
        </div>
      )}
      {value === undefined && sentence === undefined && (
        <div class="waiting" role="status">
          <span class="heard">Loading {what}</span>
          <span class="bar" />
          <span class="bar" />
          <span class="bar" />
        </div>
      )}
      {value !== undefined && children(value)}
    </>
  )
}

/** What stands where a list would be, when there is nothing in it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}
