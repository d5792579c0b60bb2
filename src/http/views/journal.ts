/** Entries of the journal as the contract shows them. */
import type { JournalEntry } from '../../contract/journal.js'
import type { Settings } from '../../domain/journal.js'
import type { JournalRow } from '../../engine/reads/journal.js'

export function showEntry(row: JournalRow): JournalEntry {
  const { version, taken, given_back, expires_at_ms, payment_ref, refunds, from } = row.detail
  const to = row.detail.to ?? row.detail.capacity
  const [settingsFrom, settingsTo] = [settingsIn(from), settingsIn(to)]
  return {
    id: row.entryId,
    at: new Date(row.atMs).toISOString(),
    kind: row.kind,
    reservation_id: row.reservationId,
    pool_id: row.poolId,
    resource_id: row.resourceId,
    block_id: row.blockId,
    actor: row.actor,
    reason: row.reason,
    version,
    ...(taken === undefined ? {} : { taken: [...taken] }),
    ...(given_back === undefined ? {} : { given_back: [...given_back] }),
    ...(expires_at_ms === undefined ? {} : { expires_at: new Date(expires_at_ms).toISOString() }),
    ...(payment_ref === undefined ? {} : { payment_ref }),
    ...(refunds === undefined ? {} : { refunds: [...refunds] }),
    ...(typeof from === 'number' ? { capacity_from: from } : {}),
    ...(typeof to === 'number' ? { capacity_to: to } : {}),
    ...(settingsFrom === undefined ? {} : { settings_from: settingsFrom }),
    ...(settingsTo === undefined ? {} : { settings_to: settingsTo }),
  }
}

function settingsIn(value: number | Settings | undefined): Record<string, unknown> | undefined {
  return typeof value === 'object' ? { ...value } : undefined
}
