/** `holdfast audit`: whether the counters, the lines, the versions and the journal agree. */
import type { Command } from 'commander'
import type { AuditReport } from '../../engine/audit.js'
import { readConfig } from '../config.js'
import { driftSentences } from '../drift-sentences.js'
import { EXIT } from '../exit-codes.js'
import { requireListing } from '../listing-view.js'
import { withStore } from '../open-store.js'
import { count, type OutputFlags, print } from '../output.js'

interface AuditFlags extends OutputFlags {
  readonly listing?: string
}

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('check that nothing was sold twice or lost, while servers run; exits 1 if it was')
    .option('--listing <id>', 'look at one listing only')
    .option('--json', 'print the report as JSON')
    .action(run)
}

async function run(flags: AuditFlags): Promise<void> {
  const [{ audit }, { showAudit }] = await Promise.all([
    import('../../engine/audit.js'),
    import('../../http/views.js'),
  ])
  const report = await withStore(readConfig(process.env), async (db) => {
    if (flags.listing !== undefined) await requireListing(db, flags.listing)
    return audit(db, flags.listing?.toLowerCase())
  })
  print(flags, showAudit(report), sentences(report))
  process.exitCode = report.ok ? EXIT.ok : EXIT.failed
}

function sentences({ ok, pools, reservations, drift }: AuditReport): string[] {
  const seen = `${count(pools, 'pool')} and ${count(reservations, 'reservation')}`
  if (ok) return [`OK: ${seen}, and everything adds up.`]
  return [...driftSentences(drift), `DRIFT: looked at ${seen}.`]
}
