/** `holdfast audit`: whether the counters, the lines, the versions and the journal agree. */
import type { Command } from 'commander'
import type { Holdfast } from '../../engine/holdfast.js'
import type { AuditReport } from '../../engine/upkeep/audit.js'
import { readConfig } from '../config/config.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { driftSentences } from '../print/drift-sentences.js'
import { EXIT } from '../print/exit-codes.js'
import { requireListing } from '../print/listing-view.js'
import { count, type OutputFlags, print } from '../print/output.js'

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
  const { showAudit } = await import('../../http/views/views.js')
  const look = async (holdfast: Holdfast) => {
    if (flags.listing !== undefined) await requireListing(holdfast, flags.listing)
    return holdfast.audit(flags.listing?.toLowerCase())
  }
  const report = await withHoldfast(readConfig(process.env), look, { onlyToRead: true })
  print(flags, showAudit(report), sentences(report))
  process.exitCode = report.ok ? EXIT.ok : EXIT.failed
}

function sentences({ ok, pools, reservations, drift }: AuditReport): string[] {
  const seen = `${count(pools, 'pool')} and ${count(reservations, 'reservation')}`
  if (ok) return [`OK: ${seen}, and everything adds up.`]
  return [...driftSentences(drift), `DRIFT: looked at ${seen}.`]
}
