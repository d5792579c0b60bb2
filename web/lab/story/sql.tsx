/** Statements as they were sent, with their values and what the database answered. */
import type { ForcedStep } from '../../../src/cli/lab/wire.js'

export function Sql({ statements }: { statements: ForcedStep['statements'] }) {
  const [first, ...rest] = statements
  if (first === undefined) return null
  return (
    <div class="sql">
      <Statement {...first} />
      {rest.length > 0 && (
        <details>
          <summary>and {rest.length} more in the same step</summary>
          {rest.map((each) => (
            <Statement key={each.sql} {...each} />
          ))}
        </details>
      )}
    </div>
  )
}

function Statement({ sql, values, answer }: ForcedStep['statements'][number]) {
  return (
    <figure class="sql-statement">
      <pre>
        <code>{sql}</code>
      </pre>
      <figcaption>
        {values.length > 0 && <code class="soft">{values.join('  ')}</code>}
        <code>→ {answer}</code>
      </figcaption>
    </figure>
  )
}
