/** Something that a page shows and the server knows: loaded, loaded again, or not to be had. */
import type { Problem } from 'holdfast/client'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf, sentenceOfError } from './sentences.js'

/** What a call of the client comes to, as far as this file goes. */
export type Answered<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Problem }

export interface Resource<Value> {
  /** The last that was heard; stays while it is loaded again. Undefined until there is one. */
  readonly value: Value | undefined
  /** Why there is none, or no newer one. */
  readonly sentence: string | undefined
  readonly isLoading: boolean
  reload(): void
}

interface Kept<Value> {
  readonly key: string
  readonly value?: Value
  readonly sentence?: string
  readonly isLoading: boolean
}

export interface ResourceOptions {
  /** Loads again that often while the page is visible; left out: never by itself. */
  readonly everyMs?: number
  /** Loads again when this is another value: what else on the page it follows. */
  readonly after?: unknown
}

/**
 * @param key names what is loaded: with another one it is loaded anew and nothing old is shown
 * @param load has to give the signal on to the client
 *
 * @example
 * const refunds = useResource(`refunds ${listing.id}`, (signal) => client.refunds.list(listing.id, {}, { signal }))
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Answered<Value>>,
  { everyMs, after }: ResourceOptions = {},
): Resource<Value> {
  const [kept, keep] = useState<Kept<Value>>({ key, isLoading: true })
  const [turn, setTurn] = useState(0)
  const latest = useRef(load)
  latest.current = load
  const reload = useCallback(() => setTurn((before) => before + 1), [])

  useEffect(() => {
    const ended = new AbortController()
    keep((before) =>
      before.key === key ? { ...before, isLoading: true } : { key, isLoading: true },
    )
    const fail = (sentence: string) => {
      if (ended.signal.aborted) return
      keep((before) => ({ ...(before.key === key ? before : {}), sentence, key, isLoading: false }))
    }
    latest.current(ended.signal).then(
      (answer) => {
        if (!answer.ok) return fail(sentenceOf(answer.refusal))
        if (!ended.signal.aborted) keep({ key, value: answer.value, isLoading: false })
      },
      (error: unknown) => fail(sentenceOfError(error)),
    )
    return () => ended.abort()
  }, [key, turn, after])

  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, reload])

  const current: Kept<Value> = kept.key === key ? kept : { key, isLoading: true }
  return { value: current.value, sentence: current.sentence, isLoading: current.isLoading, reload }
}
