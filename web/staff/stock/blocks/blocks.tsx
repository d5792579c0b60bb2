import type { Block, Listing, Resource } from 'holdfast/client'
import { addDays, dateOf, dateText, daysBetween } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Paged, usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { allResources } from '../all-pages.js'
import { given } from '../back.js'
import { BlockTag } from './block-tag.js'
import '../../desk/rows.css'

/** Rooms that are set aside for parties. */
export function Blocks({ listing }: PageProps) {
  const blocks = usePaged(`blocks ${listing.id}`, (page, signal) =>
    client.blocks.list(listing.id, page, { signal }),
  )
  const resources = useResource(`resources ${listing.id}`, (signal) =>
    allResources(listing, signal),
  )
  const types = (resources.value ?? []).filter(({ exclusive, archived }) => !exclusive && !archived)
  const names = new Map(resources.value?.map(({ id, name }) => [id, name]))
  return (
    <Page
      title="Blocks"
      lead="Rooms that are set aside each night for a party, until a cut-off."
      actions={
        <button
          type="button"
          class="button main"
          disabled={types.length === 0}
          onClick={() => create(listing, types, blocks.reload)}
        >
          New block
        </button>
      }
    >
      <Paged
        of={blocks}
        what="blocks"
        none={
          <Empty title="No rooms are set aside">
            <p>A block holds rooms of a type for a party until its cut-off.</p>
          </Empty>
        }
      >
        {(items) => (
          <ul class="plain card rows">
            {items.map((block) => (
              <BlockRow
                key={block.id}
                block={block}
                type={names.get(block.resource_id) ?? 'A room type'}
              />
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  )
}

function BlockRow({ block, type }: { block: Block; type: string }) {
  const { id, name, from, to, quantity, cut_off } = block
  const nights = daysBetween(from, to)
  return (
    <li>
      <div class="row-main">
        <a class="row-title" href={hrefOf(`block/${id}`)}>
          {name}
        </a>
        <span class="figures">
          {quantity} × {type}, {dateText(from, 'short')} – {dateText(to, 'short')}, {nights}{' '}
          {nights === 1 ? 'night' : 'nights'}
        </span>
        <span class="soft small figures">Cut-off {dateText(cut_off, 'long')}</span>
      </div>
      <BlockTag state={block.state} />
    </li>
  )
}

function create(listing: Listing, types: readonly Resource[], after: () => void): void {
  const today = dateOf(listing.time_zone, Date.now())
  ask<Block>({
    title: 'Set rooms aside',
    text: 'The block is tentative: it takes nothing before you make it definite.',
    yes: 'Make a tentative block',
    fields: [
      { name: 'name', label: 'For whom' },
      {
        name: 'resource_id',
        label: 'Room type',
        options: types.map(({ id, name }) => ({ value: id, name })),
      },
      { name: 'quantity', label: 'Rooms each night', type: 'number', min: 1, value: '10' },
      { name: 'from', label: 'First night', type: 'date', value: addDays(today, 28) },
      { name: 'to', label: 'Check-out', type: 'date', value: addDays(today, 30) },
      {
        ...{ name: 'cut_off', label: 'Cut-off', type: 'date' as const },
        ...{ value: addDays(today, 14), hint: 'On this date what is left goes back on sale.' },
      },
    ],
    asksReason: true,
    act: ({ name = '', resource_id = '', quantity, from = '', to = '', cut_off = '', reason }) =>
      client.blocks.create(listing.id, {
        ...{ name, resource_id, quantity: Number(quantity), from, to, cut_off },
        ...given({ reason }),
      }),
    done: ({ name }) => {
      after()
      return `“${name}” is a tentative block now.`
    },
  })
}
