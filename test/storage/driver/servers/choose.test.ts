import { describe, expect, test } from 'vitest'
import { chooseServer, type Sighting } from '../../../../src/storage/driver/servers/choose.js'
import type { Standing } from '../../../../src/storage/driver/servers/lineage.js'

const CLUSTER = '7712931415048880900'
const primary = (timeline: number, systemId = CLUSTER): Standing => ({
  onlyReads: false,
  isStandby: false,
  lineage: { systemId, timeline },
})
const standby: Standing = {
  onlyReads: true,
  isStandby: true,
  lineage: { systemId: CLUSTER, timeline: 1 },
}
const frozen: Standing = { ...primary(2), onlyReads: true }
const hidden: Standing = { onlyReads: false, isStandby: false, lineage: undefined }
const gone = new Error('connect ECONNREFUSED')
const full = Object.assign(new Error('too many clients'), { code: '53300' })

/** What is chosen of these, when the cluster was seen on timeline 2 at the highest. */
function choose(
  seen: readonly (Standing | Error)[],
  { target = 'read-write' as 'read-write' | 'primary' | 'any', onlyToRead = false } = {},
): number {
  const sightings = seen.map((each, i): Sighting => {
    const place = `db${i}:5432`
    return each instanceof Error ? { place, error: each } : { place, standing: each }
  })
  const highestOf = (systemId: string) => (systemId === CLUSTER ? 2 : 0)
  return chooseServer(sightings, { target, onlyToRead }, highestOf)
}

describe('of several servers', () => {
  test.each([
    ['the first that takes writes', [gone, standby, primary(2), primary(2)], {}, 2],
    ['the one that was promoted, not the old primary before it', [primary(1), primary(2)], {}, 1],
    ['one that hides its timeline', [standby, hidden], {}, 1],
    ['with `primary` one that was told to only read', [standby, frozen], { target: 'primary' }, 1],
    ['with `any` the first that answers', [gone, standby, primary(2)], { target: 'any' }, 1],
    ['for who reads the one that writes', [standby, primary(2)], { onlyToRead: true }, 1],
    [
      'for who reads a standby when none writes',
      [primary(1), gone, standby],
      { onlyToRead: true },
      2,
    ],
  ] as const)('%s is taken', (_, seen, wish, chosen) => {
    expect(choose(seen, wish)).toBe(chosen)
  })

  test.each([
    [
      'only an old primary is there',
      [primary(1), gone],
      'database_unavailable',
      /^the database is an old primary; .*db0:5432: it writes timeline 1, and .* timeline 2; db1:5432: connect/,
    ],
    [
      'all only read',
      [standby, frozen],
      'database_unavailable',
      /^the database only reads; .*db0:5432: a standby/,
    ],
    [
      'nobody answers',
      [gone, gone],
      'database_unavailable',
      /^cannot reach the database; .*db0:5432: connect/,
    ],
    ['the primary is full', [standby, full], 'overloaded', /db1:5432: too many clients/],
    [
      'they are of different clusters',
      [primary(2), primary(1, '42')],
      'database_unavailable',
      /of different clusters: db0:5432 is of 7712931415048880900, db1:5432 is of 42$/,
    ],
  ] as const)('none is taken when %s', (_, seen, code, message) => {
    expect(() => choose(seen)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })
})
