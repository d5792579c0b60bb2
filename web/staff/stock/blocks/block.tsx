import type { Block, BlockReport } from 'holdfast/client'
import { dateOf, dateText, daysBetween } from '../../../shared/times.js'
import { client } from '../../api.js'
import { useResource } from '../../calls/use-resource.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Part } from '../../shell/page.js'
import { given } from '../back.js'
import { Facts } from '../facts.js'
import { NounPage } from '../noun-page.js'
import { Bar } from '../occupancy/places-part.js'
import '../occupancy/occupancy.css'
import { BlockTag } from './block-tag.js'

const LOOK_MS = 10_000

/** One block: what guests have picked up, night by night, against the cut-off. */
export function BlockPage({ listing, params }: PageProps) {
  const id = params['id'] ?? ''
  const block = useResource(
    `block ${id}`,
    (signal) => client.blocks.get(listing.id, id, { signal }),
    { everyMs: LOOK_MS },
  )
  return (
    <NounPage
      of={block}
      noun="block"
      called={({ name }) => name}
      list="blocks"
      actions={(shown) => <Actions block={shown} after={block.reload} />}
    >
      {(shown) => <Report block={shown} today={dateOf(listing.time_zone, Date.now())} />}
    </NounPage>
  )
}

function Report({ block, today }: { block: BlockReport; today: string }) {
  const { nights, from, to, quantity, cut_off, state } = block
  const blocked = nights.reduce((sum, night) => sum + night.blocked, 0)
  const picked = nights.reduce((sum, night) => sum + night.picked_up, 0)
  return (
    <>
      <Facts
        of={[
          ['State', <BlockTag key="state" state={state} />],
          ['Rooms each night', quantity],
          ['Nights', `${dateText(from, 'short')} – ${dateText(to, 'short')}`],
          ['Cut-off', `${dateText(cut_off, 'long')}${untilText(state, today, cut_off)}`],
        ]}
      />
      <Part title="Pick-up">
        <ul class="places card plain">
          <li>
            <Bar name="All nights" capacity={blocked} taken={picked} />
          </li>
          {nights.map((night) => (
            <li key={night.night}>
              <Bar
                name={dateText(night.night, 'short')}
                capacity={night.blocked}
                taken={night.picked_up}
              />
            </li>
          ))}
        </ul>
      </Part>
    </>
  )
}

function untilText(state: Block['state'], today: string, cutOff: string): string {
  const days = daysBetween(today, cutOff)
  if (state === 'released' || days < 0) return ''
  return days === 0 ? ', today' : `, in ${days} ${days === 1 ? 'day' : 'days'}`
}

function Actions({ block, after }: { block: BlockReport; after: () => void }) {
  const { listing_id, id, name, quantity, state } = block
  const makeDefinite = () =>
    ask<Block>({
      title: `Make “${name}” definite?`,
      text: `It takes ${quantity} rooms of every night now, or nothing if a night has too few.`,
      yes: 'Make it definite',
      asksReason: true,
      act: ({ reason }) => client.blocks.makeDefinite(listing_id, id, given({ reason })),
      done: () => {
        after()
        return `“${name}” is definite: its rooms are taken.`
      },
    })
  const release = () =>
    ask<Block>({
      title: `Release “${name}”?`,
      text: 'What guests have not picked up goes back on sale. There is no way back: others may book it at once.',
      yes: 'Release the block',
      isDanger: true,
      asksReason: true,
      act: ({ reason }) => client.blocks.release(listing_id, id, given({ reason })),
      done: () => {
        after()
        return `“${name}” is released.`
      },
    })
  return (
    <>
      {state !== 'released' && (
        <button type="button" class="button danger" onClick={release}>
          Release
        </button>
      )}
      {state === 'tentative' && (
        <button type="button" class="button main" onClick={makeDefinite}>
          Make definite
        </button>
      )}
    </>
  )
}
