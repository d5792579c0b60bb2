/** The race in a browser. */
import { Course } from './course/course.js'
import { Head } from './head.js'
import { DropTarget, Judged, JudgeFile } from './history/history.js'
import { Setup } from './setup/setup.js'
import { connected, judged, run } from './state.js'
import { Stories } from './story/stories.js'

const ABOUT =
  'Clients race for the same things against real servers and a real PostgreSQL. Judges who were not there say what went wrong, or that nothing did.'

export function Lab() {
  const current = run.value
  return (
    <>
      <Head title="Race" about={ABOUT} />
      <main class="lab">
        {!connected.value && (
          <p class="message danger" role="alert">
            The lab does not answer. Start <code>holdfast lab</code> again, and open the address
            that it prints.
          </p>
        )}
        <Setup />
        {current && <Course run={current} live />}
        {judged.value === undefined ? (
          current &&
          current.phase !== 'racing' && <Stories key={current.id} tracks={current.tracks} />
        ) : (
          <Judged file={judged.value} />
        )}
        <JudgeFile />
      </main>
      <DropTarget />
    </>
  )
}
