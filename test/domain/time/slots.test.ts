/** Which slots a schedule has: on plain days, on the two strange ones, and when it changes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkSchedule, type SlotSchedule, type Span } from '../../../src/domain/time/schedule.js'
import { type ExistingSlot, overlaps, reconcile, slotsOf } from '../../../src/domain/time/slots.js'
import {
  instantOf,
  instantsOf,
  localOf,
  MS_PER_MINUTE,
} from '../../../src/domain/time/zoned-time.js'

const HOUR = 60 * MS_PER_MINUTE
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

function hourly(from: number, to: number, more: Partial<SlotSchedule> = {}): SlotSchedule {
  return {
    soldBy: 'slots',
    weekly: [{ days: EVERY_DAY, from: from * 60, to: to * 60 }],
    exceptions: [],
    bufferMinutes: 0,
    slotMinutes: 60,
    capacity: 1,
    ...more,
  }
}

/** The days from one date up to another, where the clocks are those of `zone`. */
function days(zone: string, from: string, to: string): Span {
  return { fromMs: instantOf(zone, from, 0), toMs: instantOf(zone, to, 0) }
}

/** The slots of one date as a person reads them off the wall. */
function onTheWall(schedule: SlotSchedule, zone: string, from: string, to: string): string[] {
  const clock = (ms: number) => {
    const { minute } = localOf(zone, ms)
    return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
  }
  return slotsOf(schedule, zone, days(zone, from, to)).map(
    ({ fromMs, toMs }) => `${clock(fromMs)}-${clock(toMs)}`,
  )
}

describe('the slots of a plain day', () => {
  test('follow each other from the opening on, and end with it', () => {
    expect(onTheWall(hourly(9, 12), 'Europe/Berlin', '2026-11-23', '2026-11-24')).toEqual([
      '9:00-10:00',
      '10:00-11:00',
      '11:00-12:00',
    ])
  })

  test('leave the buffer between them, and none that would not be over at closing time', () => {
    const schedule = hourly(9, 13, { bufferMinutes: 15, slotMinutes: 75 })
    expect(onTheWall(schedule, 'Asia/Kolkata', '2026-11-23', '2026-11-24')).toEqual([
      '9:00-10:15',
      '10:30-11:45',
    ])
  })

  test('go on past midnight where the hours do, and are that evening’s', () => {
    const schedule = hourly(22, 26)
    expect(onTheWall(schedule, 'Europe/Berlin', '2026-11-23', '2026-11-24')).toEqual([
      '0:00-1:00',
      '1:00-2:00',
      '22:00-23:00',
      '23:00-0:00',
    ])
  })

  test('are those of the exception on its date: closed, or at other hours', () => {
    const schedule = hourly(9, 12, {
      exceptions: [
        { date: '2026-12-25', hours: [] },
        { date: '2026-12-31', hours: [{ from: 600, to: 660 }] },
      ],
    })
    const on = (from: string, to: string) => onTheWall(schedule, 'Europe/Berlin', from, to)
    expect(on('2026-12-25', '2026-12-26')).toEqual([])
    expect(on('2026-12-31', '2027-01-01')).toEqual(['10:00-11:00'])
    expect(on('2027-01-01', '2027-01-02')).toHaveLength(3)
  })

  test('do not overlap those of a special day before that goes on into the morning', () => {
    const schedule = hourly(0, 4, {
      exceptions: [{ date: '2026-12-31', hours: [{ from: 22 * 60, to: 26 * 60 + 30 }] }],
    })
    expect(onTheWall(schedule, 'Europe/Berlin', '2026-12-31', '2027-01-02')).toEqual([
      ...['22:00-23:00', '23:00-0:00', '0:00-1:00', '1:00-2:00'],
      '3:00-4:00',
    ])
  })
})

describe('on the day on which clocks are set forward', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29', '2026-03-30', ['0:00', '1:00', '3:00', '4:00', '5:00']],
    ['America/New_York', '2026-03-08', '2026-03-09', ['0:00', '1:00', '3:00', '4:00', '5:00']],
    // Half an hour is missing: from 2:00 to 2:30.
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-05', ['0:00', '1:00', '3:00', '4:00', '5:00']],
    ['Asia/Kolkata', '2026-03-29', '2026-03-30', ['0:00', '1:00', '2:00', '3:00', '4:00', '5:00']],
  ])('%s has no slot at an hour that there is not, and no short one', (zone, from, to, begins) => {
    const schedule = hourly(0, 6)
    expect(onTheWall(schedule, zone, from, to).map((slot) => slot.split('-')[0])).toEqual(begins)
    for (const slot of slotsOf(schedule, zone, days(zone, from, to))) {
      expect(slot.toMs - slot.fromMs).toBe(HOUR)
    }
  })
})

describe('on the day on which clocks are set back', () => {
  test.each([
    ['Europe/Berlin', '2026-10-25', '2026-10-26', ['0:00', '1:00', '2:00', '2:00', '3:00']],
    ['America/New_York', '2026-11-01', '2026-11-02', ['0:00', '1:00', '1:00', '2:00', '3:00']],
    // Only from 1:30 to 2:00 comes twice: the hour from 1:00 ends at what is then half past one.
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-06', ['0:00', '1:00', '2:00', '3:00']],
    ['Asia/Kolkata', '2026-10-25', '2026-10-26', ['0:00', '1:00', '2:00', '3:00']],
  ])('%s sells the hour that comes twice twice, and no hour to two', (zone, from, to, begins) => {
    const schedule = hourly(0, 4)
    expect(onTheWall(schedule, zone, from, to).map((slot) => slot.split('-')[0])).toEqual(begins)
    const slots = slotsOf(schedule, zone, days(zone, from, to))
    for (const [i, slot] of slots.slice(1).entries()) {
      expect(slot.fromMs).toBeGreaterThanOrEqual(slots[i]?.toMs ?? 0)
    }
  })
})

describe('slots of any schedule', () => {
  const zone = fc.constantFrom(
    ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'],
    ...['America/St_Johns', 'Africa/Casablanca', 'Pacific/Chatham'],
  )
  const schedule = fc
    .record({
      from: fc.integer({ min: 0, max: 1_439 }),
      length: fc.integer({ min: 1, max: 1_440 }),
      slotMinutes: fc.constantFrom(15, 30, 45, 60, 90, 240),
      bufferMinutes: fc.constantFrom(0, 0, 5, 15, 60),
      days: fc.subarray(EVERY_DAY),
    })
    .map(({ from, length, days, ...rest }): SlotSchedule => {
      const weekly = [{ days, from, to: from + length }]
      return { soldBy: 'slots', weekly, exceptions: [], capacity: 1, ...rest }
    })
  const date = fc
    .integer({ min: 0, max: 365 })
    .map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10))

  test('are as long as they should be, never overlap, and begin on the wall’s minute', () => {
    fc.assert(
      fc.property(
        zone,
        schedule,
        date,
        fc.integer({ min: 1, max: 5 }),
        (zone, schedule, from, n) => {
          const to = new Date(Date.parse(from) + n * 24 * HOUR).toISOString().slice(0, 10)
          const slots = slotsOf(schedule, zone, days(zone, from, to))
          const [hours] = schedule.weekly
          let freeMs = Number.NEGATIVE_INFINITY
          for (const { fromMs, toMs } of slots) {
            expect(toMs - fromMs).toBe(schedule.slotMinutes * MS_PER_MINUTE)
            expect(fromMs).toBeGreaterThanOrEqual(freeMs)
            freeMs = toMs
            const { minute } = localOf(zone, fromMs)
            const since = [minute, minute + 1_440].map((at) => at - (hours?.from ?? 0))
            const steps = since.map(
              (each) => each / (schedule.slotMinutes + schedule.bufferMinutes),
            )
            expect(steps.some((step) => Number.isInteger(step) && step >= 0)).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('are the same whether the days are asked for at once or one by one', () => {
    fc.assert(
      fc.property(zone, schedule, date, (zone, schedule, from) => {
        const later = (n: number) =>
          new Date(Date.parse(from) + n * 24 * HOUR).toISOString().slice(0, 10)
        const oneByOne = [0, 1, 2].flatMap((n) =>
          slotsOf(schedule, zone, days(zone, later(n), later(n + 1))),
        )
        expect(oneByOne).toEqual(slotsOf(schedule, zone, days(zone, later(0), later(3))))
      }),
      { numRuns: 200 },
    )
  })
})

describe('a local time', () => {
  test('stands for one instant, for two when it comes twice, for none when it is left out', () => {
    expect(instantsOf('Europe/Berlin', '2026-07-01', 150)).toHaveLength(1)
    const twice = instantsOf('Europe/Berlin', '2026-10-25', 150)
    expect(twice.map((ms) => localOf('Europe/Berlin', ms))).toEqual([
      { date: '2026-10-25', minute: 150 },
      { date: '2026-10-25', minute: 150 },
    ])
    expect((twice[1] ?? 0) - (twice[0] ?? 0)).toBe(HOUR)
    expect(instantsOf('Europe/Berlin', '2026-03-29', 150)).toEqual([])
  })
})

describe('when slots are there already', () => {
  const within: Span = { fromMs: 0, toMs: 24 * HOUR }
  const at = (hour: number, more: Partial<ExistingSlot> = {}): ExistingSlot => ({
    poolId: `pool-${hour}`,
    fromMs: hour * HOUR,
    toMs: (hour + 1) * HOUR,
    ...{ capacity: 1, taken: 0, closed: false },
    ...more,
  })
  const span = (hour: number, hours = 1): Span => ({
    fromMs: hour * HOUR,
    toMs: (hour + hours) * HOUR,
  })
  const rules = { within, capacity: 1, exclusive: true }

  test('nothing is doubled: making the same slots again changes nothing', () => {
    const changes = reconcile([at(9), at(10, { taken: 1 })], [span(9), span(10)], rules)
    expect(changes).toEqual({ close: [], reopen: [], resize: [], create: [], blocked: [] })
  })

  test('what nobody has and is not wanted is closed; what somebody has stays', () => {
    const changes = reconcile([at(9), at(10, { taken: 1 })], [span(12)], rules)
    expect(changes.close.map((slot) => slot.poolId)).toEqual(['pool-9'])
    expect(changes.create).toEqual([span(12)])
  })

  test('what would overlap somebody’s time is not made, on an exclusive resource', () => {
    const existing = [at(10, { taken: 1 })]
    expect(reconcile(existing, [span(10, 2)], rules)).toMatchObject({
      blocked: [span(10, 2)],
      create: [],
    })
    const shared = { ...rules, exclusive: false }
    expect(reconcile(existing, [span(10, 2)], shared)).toMatchObject({
      blocked: [],
      create: [span(10, 2)],
    })
  })

  test('what was closed is opened again rather than made anew', () => {
    const changes = reconcile([at(9, { closed: true, capacity: 0 })], [span(9)], rules)
    expect(changes.reopen.map((slot) => slot.poolId)).toEqual(['pool-9'])
    expect(changes.create).toEqual([])
  })

  test('a class gets its new number of places where nobody is in it yet', () => {
    const existing = [at(9, { capacity: 8 }), at(10, { capacity: 8, taken: 3 })]
    const changes = reconcile(existing, [span(9), span(10)], {
      ...{ within, capacity: 12, exclusive: false },
    })
    expect(changes.resize.map((slot) => slot.poolId)).toEqual(['pool-9'])
  })

  test('whatever was there and whatever is wanted, the open slots never overlap in the end', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 10 })
    const existing = hours.chain((list) =>
      fc.tuple(
        ...list.map((hour) =>
          fc
            .record({ taken: fc.nat(1), closed: fc.boolean() })
            .map(({ taken, closed }) => at(hour, closed ? { closed, capacity: 0 } : { taken })),
        ),
      ),
    )
    const wanted = hours.map((list) => list.filter((hour) => hour % 2 === 0).map((h) => span(h, 2)))
    fc.assert(
      fc.property(existing, wanted, (existing, wanted) => {
        const changes = reconcile(existing, wanted, rules)
        const gone = new Set(changes.close.map((slot) => slot.poolId))
        const open: Span[] = [
          ...existing.filter((slot) => !slot.closed && !gone.has(slot.poolId)),
          ...changes.create,
          ...changes.reopen,
        ]
        open.forEach((one, i) => {
          for (const other of open.slice(i + 1)) expect(overlaps(one, other)).toBe(false)
        })
        for (const slot of existing) if (slot.taken > 0) expect(gone).not.toContain(slot.poolId)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a schedule', () => {
  const refused = (schedule: SlotSchedule, exclusive = true) => {
    try {
      checkSchedule(schedule, exclusive)
      return 'fine'
    } catch (error) {
      return (error as Error).message
    }
  }

  test.each([
    [
      'hours that overlap',
      hourly(9, 12, {
        weekly: [
          { days: [1, 2], from: 540, to: 720 },
          { days: [2], from: 700, to: 800 },
        ],
      }),
      /day 2 of the week has hours that overlap/,
    ],
    ['hours that end before they begin', hourly(12, 9), /minute 720 to 540/],
    [
      'a date that there is not',
      hourly(9, 12, { exceptions: [{ date: '2026-02-30', hours: [] }] }),
      /2026-02-30/,
    ],
    [
      'a date twice',
      hourly(9, 12, {
        exceptions: [
          { date: '2026-02-20', hours: [] },
          { date: '2026-02-20', hours: [] },
        ],
      }),
      /two exceptions/,
    ],
    ['room for two on a turf', hourly(9, 12, { capacity: 2 }), /exclusive/],
  ])('is refused with %s', (_what, schedule, sentence) => {
    expect(refused(schedule)).toMatch(sentence)
  })

  test('of a class may have many places', () => {
    expect(refused(hourly(9, 12, { capacity: 30 }), false)).toBe('fine')
  })
})
