import type { ComponentChildren } from 'preact'
import { Shown } from '../calls/shown.js'
import type { Resource } from '../calls/use-resource.js'
import { hrefOf } from '../hrefs.js'
import { Page } from '../shell/page.js'

interface NounPageProps<Value> {
  readonly of: Resource<Value>
  /** `resource`: the page is called so until it is known what this one is called. */
  readonly noun: string
  /** What this one is called; left out: as the noun. */
  readonly called?: (value: Value) => string
  /** The page that lists them, below `/staff`: `resources`. */
  readonly list: string
  readonly actions: (value: Value) => ComponentChildren
  readonly children: (value: Value) => ComponentChildren
}

/** The page of one thing, under its name, with what can be done to it and the way to all of them. */
export function NounPage<Value>(props: NounPageProps<Value>) {
  const { of, noun, called, list, actions, children } = props
  const { value } = of
  const title = `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}`
  return (
    <Page
      title={value === undefined ? title : (called?.(value) ?? title)}
      lead={<a href={hrefOf(list)}>All {noun}s</a>}
      actions={value !== undefined && actions(value)}
    >
      <Shown of={of} what={`the ${noun}`}>
        {children}
      </Shown>
    </Page>
  )
}
