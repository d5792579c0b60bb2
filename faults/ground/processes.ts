/** Which processes a process has started. */
import { readdirSync, readFileSync } from 'node:fs'

/** Its children that still run; none where there is no /proc. */
export function childrenOf(parent: number): number[] {
  return pids().filter((pid) => parentOf(pid) === parent)
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function parentOf(pid: number): number | undefined {
  try {
    // "pid (name) state parent …": the name may hold anything, brackets and spaces as well.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}
