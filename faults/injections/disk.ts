/** F10: the disk of the database is full. A small file system in memory stands for the disk. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readPostmaster } from '../../src/embedded/postmaster.js'
import { isRoot } from '../../src/embedded/run-as.js'
import { between } from '../../src/lab/chaos/harm.js'
import type { Fault } from '../fault.js'
import { leaveMount } from '../ground/leavings.js'
import { openStand, type Stand } from '../ground/stand.js'
import { runTrial } from '../ground/trial.js'

const SIZE = '320m'
const PIECE = Buffer.alloc(1024 * 1024)
/** So that the log is written and the disk is needed now, not at some checkpoint. */
const SETTINGS = { max_wal_size: '64MB', min_wal_size: '32MB', checkpoint_timeout: '30s' }

export const fullDisk: Fault = {
  id: 'F10',
  injects: 'a full disk under the database, for a second or two',
  repetitions: { quick: 1, whole: 20 },
  hindrance() {
    if (process.platform !== 'linux') return 'a file system in memory is made on Linux alone'
    return isRoot() ? undefined : 'only root may mount a file system in memory'
  },
  async open(ground) {
    const place = join(ground.clusters.folder, ground.sceneName('disk'))
    mkdirSync(place)
    const mounted = spawnSync('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${SIZE},mode=755`,
      'tmpfs',
      place,
    ])
    if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`)
    const forget = leaveMount(place)
    const stand = await openStand(ground, { id: 'F10', place, settings: SETTINGS })
    return {
      run: (seed) =>
        runTrial(stand, {
          seed,
          // A server that could not write its log has to be started again first.
          servingMs: 30_000,
          async harm({ random }) {
            const filler = join(place, 'filler')
            fill(filler)
            await pause(between(random, 800, 2_000))
            rmSync(filler)
            await revive(stand)
            return {}
          },
        }),
      async end() {
        const wrong = await stand.end()
        spawnSync('umount', [place])
        forget()
        rmdirSync(place)
        return wrong
      },
    }
  },
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, PIECE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

/** PostgreSQL that cannot write its log ends with a PANIC: an operator starts it once there is room. */
async function revive({ postgres, gate }: Stand): Promise<void> {
  if ((await readPostmaster(postgres.data))?.ready) return
  await postgres.kill()
  await postgres.start()
  gate.leadTo(postgres.port)
}
