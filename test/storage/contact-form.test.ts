/** How a contact is found: one form for every spelling, and an index for each field. */
import { expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { normalCustomer } from '../../src/domain/reservation/customer.js'
import { statements } from '../../src/storage/driver/statement.js'
import '../../src/storage/reads/reservations.js'
import { inSchema } from '../../src/storage/schema/in-schema.js'
import { useDatabase } from '../support/database/test-database.js'
import { withClient } from '../support/database/with-client.js'

const held = useDatabase()

test('a contact has the form of a customer, in lower case whatever it is', async () => {
  const signs = [...Array(0x10000).keys(), 0xe0041, 0x1d173]
    .map((point) => String.fromCodePoint(point))
    .filter((sign) => /\p{Lu}|\p{Lt}|\p{Default_Ignorable_Code_Point}|\p{Zs}/u.test(sign))
  const spelled = [
    ...signs.map((sign) => `${sign}a${sign}b@c`),
    ...['Zoe\u0308@c', ' Ada \u2003 @c\u3000', '\u212bngstr\u00f6m@c'],
  ]
  const rows = await held.db.query<{ form: string }>(
    'select contact_form(spelled) as form from unnest($1::text[]) as spelled',
    [spelled],
  )
  expect(rows.map(({ form }) => form)).toEqual(spelled.map(normalCustomer))
  const [name] = await held.db.query(`select contact_form(' \u00c9va  HALE ') as form`)
  expect(name).toEqual({ form: '\u00e9va hale' })
})

test('the index of each field finds a contact, in an empty database and in a full one', async () => {
  const text = statements().get('holdfast.reservations.list.confirmed.to') ?? ''
  const listingId = newId()
  const otherFilters = Array.from({ length: 10 }, () => 'null')
  const values = [`'${listingId}'`, 'null', '26', ...otherFilters, `'ada'`, `'44'`]
  await withClient(held.url, async (client) => {
    await client.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off')
    const planNow = async () => {
      await client.query(`prepare found as ${inSchema(text, 'holdfast')}`)
      const { rows } = await client.query(`explain execute found (${values.join(', ')})`)
      await client.query('deallocate found')
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    }
    const plans = [await planNow()]
    await client.query(
      `with made as (
         insert into reservations (listing_id, reservation_id, state, customer, line_count)
         select $1, gen_random_uuid(), 'confirmed', 'ada', 0 from generate_series(1, 3000)
         returning listing_id, reservation_id
       )
       insert into contacts (listing_id, reservation_id, name, email, phone)
       select listing_id, reservation_id, 'Ada', reservation_id || '@example.com', '+44 1' from made`,
      [listingId],
    )
    await client.query('analyze reservations, contacts')
    plans.push(await planNow())
    for (const plan of plans) {
      for (const index of ['contacts_by_email', 'contacts_by_name', 'contacts_by_phone']) {
        expect(plan, 'staff would wait for a look at every contact').toContain(index)
      }
    }
    // While there is next to nothing, one index is as good as another.
    expect(plans.at(-1)).toMatch(/reservations_pkey on reservations\s.*\n\s+Index Cond: .*= ANY/)
  })
})
