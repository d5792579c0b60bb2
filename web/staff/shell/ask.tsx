import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf, sentenceOfError } from '../calls/sentences.js'
import type { Answered } from '../calls/use-resource.js'
import { AskField, type Field } from './ask-field.js'
import { type Notice, notify } from './toast.js'
import './ask.css'

/** Something that takes or gives, before it is done. */
export interface Question<Value> {
  /** `Cancel this reservation?` */
  readonly title: string
  /** What will be so afterwards. */
  readonly text: string
  /** On the button that does it: a verb. */
  readonly yes: string
  readonly isDanger?: boolean
  readonly fields?: readonly Field[]
  /** True: asks why, for the journal; comes as `reason`, left out when nothing was written. */
  readonly asksReason?: boolean
  /** Has to be written by hand before the button works. */
  readonly typed?: string
  act(values: Values): Promise<Answered<Value>>
  /** Once it is done: what the reader is told. */
  done(value: Value, values: Values): Notice | string | undefined
  /** It was refused: what the page shows may be old. */
  refused?(): void
}

/** What was filled in, by the names of the fields; a field left empty is not among them. */
export type Values = Readonly<Record<string, string | undefined>>

const REASON: Field = {
  name: 'reason',
  label: 'Reason',
  hint: 'The journal keeps it. Leave out names.',
  isOptional: true,
}

const asked = signal<Question<unknown> | undefined>(undefined)

/** Opens the dialog; nothing is done before the reader says yes. */
export function ask<Value>(question: Question<Value>): void {
  asked.value = question as Question<unknown>
}

/** Stands once around all pages. */
export function Asked() {
  const { value } = asked
  return value === undefined ? null : <Ask key={value.title} question={value} />
}

function Ask({ question }: { question: Question<unknown> }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [sentence, setSentence] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [typed, setTyped] = useState('')
  const { title, text, yes, isDanger = false, fields = [], asksReason, typed: wanted } = question
  const isReady = wanted === undefined || typed.trim() === wanted

  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  const close = () => {
    if (!isBusy) asked.value = undefined
  }
  const submit = async (form: HTMLFormElement) => {
    if (isBusy || !isReady) return
    setBusy(true)
    const values = valuesOf(form)
    const outcome = await outcomeOf(question, values)
    setBusy(false)
    if (typeof outcome === 'string') {
      question.refused?.()
      return setSentence(outcome)
    }
    asked.value = undefined
    const news = question.done(outcome.value, values)
    if (news !== undefined) notify(news)
  }

  return (
    <dialog
      ref={dialog}
      class="ask card"
      aria-labelledby="ask-title"
      onCancel={close}
      onClose={close}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event.currentTarget)
        }}
      >
        <h2 id="ask-title">{title}</h2>
        <p>{text}</p>
        {[...fields, ...(asksReason === true ? [REASON] : [])].map((field) => (
          <AskField key={field.name} field={field} />
        ))}
        {wanted !== undefined && (
          <AskField
            field={{ name: 'typed', label: `Write “${wanted}” to go on` }}
            onInput={setTyped}
          />
        )}
        {sentence !== undefined && (
          <p class="message danger" role="alert">
            {sentence}
          </p>
        )}
        <div class="ask-buttons">
          <button type="button" class="button" onClick={close}>
            Leave it as it is
          </button>
          <button
            type="submit"
            class={isDanger ? 'button main danger' : 'button main'}
            disabled={!isReady}
            aria-disabled={isBusy}
          >
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  )
}

async function outcomeOf(
  question: Question<unknown>,
  values: Values,
): Promise<string | { readonly value: unknown }> {
  try {
    const answer = await question.act(values)
    return answer.ok ? answer : sentenceOf(answer.refusal)
  } catch (error) {
    return sentenceOfError(error)
  }
}

function valuesOf(form: HTMLFormElement): Values {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()])
  return Object.fromEntries(pairs.filter(([, value]) => value !== '')) as Values
}
