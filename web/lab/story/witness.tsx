/** A witness step by step: who asked, who read which version, who wrote over whom, who was told what. */
import type { ForcedReplay, Story } from '../../../src/cli/lab/wire.js'
import { duration, grouped, plural, spoken } from '../words.js'
import { Sql } from './sql.js'
import { type Step, Stepper } from './stepper.js'
import { Timeline } from './timeline.js'

export interface WitnessProps {
  readonly story: Story
  readonly own?: ForcedReplay | undefined
}

export function Witness({ story, own }: WitnessProps) {
  const { name, count, means, sentence, requests, folded, facts } = story
  const steps = story.steps.map((step): Step => {
    const statements = statementsOf(own, step.kind)
    return {
      actor: step.request,
      tone: toneOf(step.kind, step.does),
      does: step.does,
      when: `${step.exact ? 'at' : 'about'} ${duration(Math.max(0.01, step.atMs))}`,
      detail: statements.length === 0 ? undefined : <Sql statements={statements} />,
      atMs: step.atMs,
    }
  })
  return (
    <div class="card story">
      <h3>
        {spoken(name)} <span class="soft figures">× {grouped(count)}</span>
      </h3>
      <p>
        {sentence}: {means}.
      </p>
      {folded.length > 0 && (
        <details class="story-folded">
          <summary>{plural(folded.length, 'more request')} before and beside these</summary>
          <ul class="small figures">
            {folded.map((each) => (
              <li key={`${each.client} ${each.fromMs}`}>
                client {each.client}: {each.request} → {each.answer}
              </li>
            ))}
          </ul>
        </details>
      )}
      {steps.length > 0 && (
        <Stepper
          label={`The story of a ${spoken(name)}`}
          actors={requests.map(({ client }) => `client ${client}`)}
          steps={steps}
          beside={(step) => <Timeline requests={requests} atMs={step.atMs ?? 0} />}
        />
      )}
      {facts.length > 0 && (
        <ul class="small soft">
          {facts.slice(0, FACTS_MAX).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

const FACTS_MAX = 12

function toneOf(kind: Story['steps'][number]['kind'], does: string): Step['tone'] {
  if (kind === 'writes' && does.includes('over client')) return 'wrong'
  return kind === 'asks' ? 'quiet' : 'plain'
}

/** What the strategy sends at such a step: as the replay by force has seen it. */
function statementsOf(own: ForcedReplay | undefined, kind: 'asks' | 'reads' | 'writes' | 'answer') {
  if (kind !== 'reads' && kind !== 'writes') return []
  const step = own?.steps.find(({ does, statements }) => {
    return does.startsWith(kind === 'reads' ? 'reads' : 'raises') && statements.length > 0
  })
  return step?.statements ?? []
}
