/** The page of a run that somebody was sent: one file that has the run in it, and asks nobody. */
import { render } from 'preact'
import type { Run } from '../../src/cli/lab/wire.js'
import '../shared/style/base.css'
import '../shared/style/controls.css'
import { Course } from './course/course.js'
import { Head } from './head.js'
import { Stories } from './story/stories.js'

const root = document.getElementById('page')
const text = document.getElementById('run')?.textContent
if (root !== null && text) {
  const run: Run = JSON.parse(text)
  render(
    <>
      <Head title={`A race: ${run.scenario}`} about={run.about} />
      <main class="lab">
        <Course run={run} />
        <Stories tracks={run.tracks} />
      </main>
    </>,
    root,
  )
}
