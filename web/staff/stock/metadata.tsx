import type { Answered } from '../calls/use-resource.js'
import { ask } from '../shell/ask.js'
import { Part } from '../shell/page.js'
import { wayBack } from './back.js'
import '../desk/rows.css'

interface MetadataProps {
  readonly metadata: Readonly<Record<string, string>> | undefined
  /** Sets one key; null removes it. */
  set(change: Readonly<Record<string, string | null>>): Promise<Answered<unknown>>
  after(): void
}

/** The seller's own keys of a listing or a resource. */
export function Metadata({ metadata = {}, set, after }: MetadataProps) {
  const edit = (key?: string) =>
    ask({
      title: key === undefined ? 'Add metadata' : 'Correct the metadata',
      text: 'Shops never see it. No place for what is personal. An empty value removes the key.',
      yes: 'Save',
      fields: [
        ...(key === undefined
          ? [{ name: 'key', label: 'Key', hint: 'At most 40 characters, no brackets.' }]
          : []),
        {
          name: 'value',
          label: key === undefined ? 'Value' : `Value of ${key}`,
          value: key === undefined ? '' : (metadata[key] ?? ''),
          isOptional: true,
        },
      ],
      act: ({ key: name = key ?? '', value }) => set({ [name]: value ?? null }),
      done: (_set, { key: name = key ?? '' }) => {
        after()
        const before = { [name]: metadata[name] ?? null }
        const undo = wayBack(() => set(before), 'The metadata is as it was.', after)
        return { text: 'The metadata was corrected.', undo }
      },
    })
  const keys = Object.keys(metadata)
  return (
    <Part
      title="Metadata"
      aside={
        <button type="button" class="button quiet" onClick={() => edit()}>
          Add <span class="heard">metadata</span>
        </button>
      }
    >
      {keys.length === 0 ? (
        <p class="soft">None. Keys of your own connect it with other programs.</p>
      ) : (
        <ul class="plain card rows">
          {keys.map((key) => (
            <li key={key}>
              <span class="row-main">
                <span class="row-title">{key}</span>
                <span>{metadata[key]}</span>
              </span>
              <button type="button" class="button quiet" onClick={() => edit(key)}>
                Edit <span class="heard">{key}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}
