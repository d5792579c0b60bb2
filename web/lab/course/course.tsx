/** A run from its start to its verdicts: a track for each strategy, all drawn on one scale. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Run, Track } from '../../../src/cli/lab/wire.js'
import { Moment } from './moment.js'
import { scaleOf } from './scale.js'
import { Track as TrackView } from './track.js'
import './course.css'

export interface CourseProps {
  readonly run: Run
  /** True where the lab is there to ask for files. */
  readonly live?: boolean
}

export function Course({ run, live = false }: CourseProps) {
  /** Undefined: as it is now, or as it ended. */
  const momentMs = useSignal<number | undefined>(undefined)
  const isOver = run.phase === 'over' || run.phase === 'stopped'
  // Whoever looked at a moment of the last run wants to see this one.
  useEffect(() => {
    momentMs.value = undefined
  }, [run.id, momentMs])
  const scale = scaleOf(run.tracks)
  return (
    <section class="course" aria-labelledby="course">
      <div class="course-head">
        <h2 id="course" tabIndex={-1}>
          {TITLES[run.phase]} {run.scenario}
        </h2>
        <p class="soft figures">seed {run.seed}</p>
      </div>
      <p class="course-note" aria-live="polite">
        {run.fault === undefined ? newsOf(run) : ''}
      </p>
      {run.fault !== undefined && run.phase === 'failed' && (
        <p class="message danger" role="alert">
          {run.fault}
        </p>
      )}
      <div class="tracks">
        {run.tracks.map((track) => (
          <TrackView key={track.name} track={track} scale={scale} momentMs={momentMs.value} />
        ))}
      </div>
      {isOver && <Moment tracks={run.tracks} momentMs={momentMs} />}
      {isOver && <Keep run={run} live={live} />}
    </section>
  )
}

const TITLES: Readonly<Record<Run['phase'], string>> = {
  racing: 'Racing',
  replaying: 'Raced',
  over: 'Raced',
  stopped: 'Stopped:',
  failed: 'Failed:',
}

/** What is said when something happens; figures are not read out. */
function newsOf({ note, tracks }: Run): string {
  if (note !== '') return `${note} …`
  const racing = tracks.find(({ phase }) => phase === 'racing')
  if (racing !== undefined) return `${racing.name} is racing.`
  return tracks.map(outcomeOf).join(' ')
}

function outcomeOf({ name, verdict }: Track): string {
  if (verdict === undefined) return `${name} has not raced.`
  return `${name}: ${verdict.verdict === 'ok' ? 'OK' : verdict.verdict}.`
}

function Keep({ run, live }: { run: Run; live: boolean }) {
  return (
    <div class="course-keep">
      {live && (
        <p class="course-files">
          <a class="button" href="api/share" download>
            Share this run as a file
          </a>
          {run.tracks
            .filter(({ verdict }) => verdict !== undefined)
            .map(({ name }) => (
              <a key={name} href={`api/history/${name}`} download>
                History of {name}
              </a>
            ))}
        </p>
      )}
      <details>
        <summary>The same in a terminal</summary>
        <pre class="course-command">
          <code>{run.command}</code>
        </pre>
        <p class="small soft">{run.ground}</p>
      </details>
    </div>
  )
}
