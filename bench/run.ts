/**
 * Goes through all cells of all entries once a round. So the rounds of one cell lie minutes apart,
 * with those of every other cell in between: a noisy minute hits all alike, and two figures whose
 * ratio is told were taken under the same sky.
 */
import type { Cell, Context, Entry, OpenEntry, Skip } from './entries/entry.js'
import { type CellResult, Results, type Sample } from './results.js'

/** A cell that fails does not take the others with it; what it failed with is given back. */
export async function runAll(
  entries: readonly Entry[],
  context: Context,
): Promise<{ readonly results: Results; readonly failures: readonly string[] }> {
  const { rounds } = context.options
  const failures: string[] = []
  const open: OpenEntry[] = []
  try {
    for (const entry of entries) open.push(await entry.open(context))
    const gathered = open
      .flatMap((entry) => entry.cells)
      .map((cell) => ({ cell, samples: [] as Sample[], skipped: undefined as string | undefined }))
    const soFar = () =>
      new Results(gathered.map(({ cell, samples, skipped }) => resultOf(cell, samples, skipped)))
    for (let round = 1; round <= rounds; round += 1) {
      for (const [i, each] of gathered.entries()) {
        const { cell } = each
        if (each.skipped !== undefined || round > (cell.roundsMax ?? rounds)) continue
        const measured = await cell.measure(round, soFar()).catch(failureOf)
        if ('failed' in measured) failures.push(`${nameOf(cell)}: ${measured.failed}`)
        else if ('skipped' in measured) each.skipped = measured.skipped
        else each.samples.push(measured)
        const place = `round ${round}/${rounds} ${i + 1}/${gathered.length}`
        context.say(`${place}  ${nameOf(cell)}: ${toldOf(measured)}`)
      }
    }
    return { results: soFar(), failures }
  } finally {
    for (const entry of open) await entry.close?.()
  }
}

function resultOf(
  { entry, subject, way, clients }: Cell,
  samples: readonly Sample[],
  skipped: string | undefined,
): CellResult {
  return { entry, subject, way, clients, samples, ...(skipped === undefined ? {} : { skipped }) }
}

interface Failure {
  readonly failed: string
}

function failureOf(error: unknown): Failure {
  return { failed: error instanceof Error ? error.message : String(error) }
}

function nameOf({ entry, subject, way, clients }: Cell): string {
  return `${entry}, ${subject}, ${way}, ${clients} client${clients === 1 ? '' : 's'}`
}

function toldOf(measured: Sample | Skip | Failure): string {
  if ('failed' in measured) return `FAILED: ${measured.failed}`
  if ('skipped' in measured) return `skipped: ${measured.skipped}`
  const others = measured.extra['othersShare'] ?? 0
  const beside = others === 0 ? '' : `, ${(others * 100).toFixed(1)} % other answers`
  return `${Math.round(measured.perSecond)} a second${beside}`
}
