/**
 * What a run would leave behind: processes, folders, mounts. Everything is noted before it can be
 * left, and taken away when the program ends, however it ends; only SIGKILL is not heard.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

type TakeAway = () => void

const leavings = new Set<TakeAway>()

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

export function leaveFolder(folder: string): () => void {
  return leave(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
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
