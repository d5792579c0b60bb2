/** What the page knows of the lab: the choices, the run under way or the last one, and what was judged. */
import { signal } from '@preact/signals'
import type { Choices, Frame, JudgedFile, RaceRequest, Run } from '../../src/cli/lab/wire.js'

export const choices = signal<Choices | undefined>(undefined)
/** Null when nothing has been raced yet; undefined until the lab has said so. */
export const run = signal<Run | null | undefined>(undefined)
/** False while the lab does not answer: it was closed, most likely. */
export const connected = signal(true)
export const judged = signal<JudgedFile | undefined>(undefined)

/** Why it did not work, in the lab's own words; undefined when it did. */
type Fault = string | undefined

/** Asks for the choices once, and listens to the lab from now on. */
export function follow(): void {
  void fetch('api/choices').then(async (answer) => {
    if (answer.ok) choices.value = await answer.json()
  })
  const live = new EventSource('api/live')
  live.onopen = () => {
    connected.value = true
  }
  live.onerror = () => {
    connected.value = false
  }
  const on = <Data>(name: string, take: (data: Data) => void) =>
    live.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent).data)))
  on<Run | null>('run', (whole) => {
    run.value = whole
  })
  on<Run>('change', (news) => {
    const before = run.value
    const known = before?.id === news.id ? before.tracks : []
    const tracks = news.tracks.map((track, i) => ({ ...track, frames: known[i]?.frames ?? [] }))
    run.value = { ...news, tracks }
  })
  on<{ track: number; frame: Frame }>('frame', ({ track: at, frame }) => {
    const before = run.value
    if (!before) return
    const tracks = before.tracks.map((track, i) =>
      i === at ? { ...track, frames: [...track.frames, frame] } : track,
    )
    run.value = { ...before, tracks }
  })
}

export async function startRace(request: RaceRequest): Promise<Fault> {
  judged.value = undefined
  return send('api/run', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
}

export function stopRace(): Promise<Fault> {
  return send('api/run', { method: 'DELETE' })
}

export function judgeFile(file: File): Promise<Fault> {
  return send(
    `api/judge?name=${encodeURIComponent(file.name)}`,
    { method: 'POST', headers: { 'content-type': 'application/jsonl' }, body: file },
    (found) => {
      judged.value = found as JudgedFile
    },
  )
}

async function send(
  path: string,
  request: RequestInit,
  take: (answer: unknown) => void = () => {},
): Promise<Fault> {
  try {
    const answer = await fetch(path, request)
    if (answer.status === 204) return undefined
    const body: unknown = await answer.json()
    if (!answer.ok) return (body as { message?: string }).message ?? `HTTP ${answer.status}`
    take(body)
    return undefined
  } catch {
    return 'The lab does not answer. Is holdfast lab still running?'
  }
}
