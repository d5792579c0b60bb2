/**
 * Shows something that changes: redrawn in place on a terminal, a line a second anywhere else.
 * It belongs on stderr, so that stdout holds nothing but results.
 */
import { createLogUpdate } from 'log-update'

export interface LivePanelOptions<Seen> {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number }
  /** True to redraw in place; see `terminalOf`. */
  readonly interactive: boolean
  /** Draws in place; no line may be wider than `columns`. */
  readonly panel: (seen: Seen, size: LiveSize) => readonly string[]
  /** The same in one plain line. */
  readonly line: (seen: Seen) => string
  /** Milliseconds that only ever rise; a test passes its own. */
  readonly now?: () => number
}

export interface LiveSize {
  readonly columns: number
  readonly rows: number
}

export interface Live<Seen> {
  /** Shows the latest. Call it as often as you like: a call that comes too soon replaces the one that waits. */
  update(seen: Seen): void
  /** Writes a line that stays, above the panel. */
  note(line: string): void
  /** Shows what still waits and gives the terminal back; nothing is redrawn afterwards. */
  close(): void
}

/** Ten a second look fluid; more only make a remote terminal flicker. */
const REDRAW_MS = 100
const LINE_MS = 1000
const SIZE_UNKNOWN: LiveSize = { columns: 80, rows: 24 }

/**
 * Starts a live view. There is no timer in it: the caller calls `update` when there is something new.
 *
 * @example
 * const { interactive, color } = terminalOf(process.stderr, process.env)
 * const live = openLive<RaceSnapshot>({
 *   stream: process.stderr,
 *   interactive,
 *   panel: (seen, size) => renderRacePanel(seen, { ...size, color, safe }),
 *   line: renderRaceLine,
 * })
 */
export function openLive<Seen>(options: LivePanelOptions<Seen>): Live<Seen> {
  const { stream, now = () => performance.now() } = options
  const show = options.interactive ? redrawer(options) : liner(options)
  const everyMs = options.interactive ? REDRAW_MS : LINE_MS
  let waiting: { readonly seen: Seen } | undefined
  let shownAt = Number.NEGATIVE_INFINITY
  let open = true

  return {
    update(seen) {
      if (!open) return
      waiting = { seen }
      if (now() - shownAt < everyMs) return
      shownAt = now()
      waiting = undefined
      show.seen(seen)
    },
    note(line) {
      if (open) show.note(line)
      else stream.write(`${line}\n`)
    },
    close() {
      if (!open) return
      open = false
      if (waiting !== undefined) show.seen(waiting.seen)
      show.close()
    },
  }
}

interface Show<Seen> {
  seen(seen: Seen): void
  note(line: string): void
  close(): void
}

function redrawer<Seen>({ stream, panel }: LivePanelOptions<Seen>): Show<Seen> {
  // Hides the cursor with the first frame and shows it again on `done` or when the process ends,
  // by a signal too.
  const draw = createLogUpdate(stream)
  let frame = ''
  return {
    seen(seen) {
      // Asked anew for every frame: a window may be resized during a run.
      const size = {
        columns: stream.columns || SIZE_UNKNOWN.columns,
        rows: stream.rows || SIZE_UNKNOWN.rows,
      }
      frame = panel(seen, size).join('\n')
      draw(frame)
    },
    note(line) {
      draw.persist(line)
      if (frame !== '') draw(frame)
    },
    close: () => draw.done(),
  }
}

function liner<Seen>({ stream, line }: LivePanelOptions<Seen>): Show<Seen> {
  return {
    seen: (seen) => void stream.write(`${line(seen)}\n`),
    note: (text) => void stream.write(`${text}\n`),
    close: () => {},
  }
}
