/** Names of which several can be chosen. */
export interface ChipsProps {
  readonly title: string
  readonly group: string
  readonly of: readonly { readonly name: string; readonly idea?: string }[]
  /** Which ones are chosen at first. */
  readonly chosen?: readonly string[]
}

export function Chips({ title, group, of, chosen = [] }: ChipsProps) {
  return (
    <fieldset class="chips">
      <legend>{title}</legend>
      {of.map(({ name, idea }) => (
        <label class="chip" key={name} title={idea}>
          <input type="checkbox" name={group} value={name} defaultChecked={chosen.includes(name)} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  )
}
