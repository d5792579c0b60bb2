/**
 * What a run would leave behind: processes, folders, mounts. Everything is noted before it can be
 * left, and taken away when the program ends, however it ends; only SIGKILL is not heard.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

type TakeAway = () => void

const leavings = new Set<TakeAway>()
const REMOVING_TRIES_MAX = 100
const TRY_AGAIN_MS = 50

/** Takes away what is left, the newest first. Runs at every end of the process. */
process.on('exit', () => {
  for (const takeAway of [...leavings].reverse()) takeAway()
})

/** @returns forgets it, for what has been taken away in good order */
export function leave(takeAway: TakeAway): () => void {
  leavings.add(takeAway)
  return () => leavings.delete(takeAway)
}

/** Ends a process with SIGKILL if it is still there. */
export function leaveProcess(pid: number): () => void {
  return leave(() => killNow(pid))
}

/** Processes that were just killed may still write: it is tried until they are gone. */
export function leaveFolder(folder: string): () => void {
  return leave(() => {
    for (let i = 0; i < REMOVING_TRIES_MAX; i += 1) {
      try {
        return rmSync(folder, { recursive: true, force: true })
      } catch {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_AGAIN_MS)
      }
    }
  })
}

export function leaveMount(folder: string): () => void {
  return leave(() => void spawnSync('umount', ['--lazy', folder]))
}

/** SIGKILL; false when there is no such process any more. */
export function killNow(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
