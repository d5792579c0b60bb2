/** A history from anywhere: dropped on the page or chosen, and judged by the lab. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { JudgedFile } from '../../../src/cli/lab/wire.js'
import { judgeFile } from '../state.js'
import { Replays } from '../story/replays.js'
import { Anomalies } from '../story/stories.js'
import { plural } from '../words.js'
import './history.css'

const fault = signal<string | undefined>(undefined)
const judging = signal(false)

async function judgeFirst(files: FileList | null | undefined): Promise<void> {
  const [file] = files ?? []
  if (file === undefined) return
  judging.value = true
  fault.value = await judgeFile(file)
  judging.value = false
  if (fault.value === undefined) document.getElementById('judged')?.focus()
}

export function JudgeFile() {
  return (
    <section class="judge" aria-labelledby="judge">
      <h2 id="judge">Judge a history</h2>
      <p class="soft">
        Drop a file of <code>--history</code> anywhere on this page, or choose one. It stays on this
        machine.
      </p>
      <label class="field judge-file">
        <span class="label">History file</span>
        <input
          type="file"
          class="input"
          accept=".jsonl,.json,.ndjson,.txt"
          onChange={(event) => void judgeFirst(event.currentTarget.files)}
        />
      </label>
      <p aria-live="polite">{judging.value ? 'Judging …' : ''}</p>
      {fault.value !== undefined && (
        <p class="message danger" role="alert">
          {fault.value}
        </p>
      )}
    </section>
  )
}

export function Judged({ file }: { file: JudgedFile }) {
  const tone = { ok: '', violation: ' danger', inconclusive: ' signal' }[file.verdict]
  return (
    <section class="stories" aria-labelledby="judged">
      <h2 id="judged" tabIndex={-1}>
        {file.name}
      </h2>
      <p class="soft figures">
        {file.strategy} in {file.scenario}, seed {file.seed}, {plural(file.requests, 'request')}
      </p>
      <div class={`message${tone}`}>
        {file.sentences.map((sentence) => (
          <p key={sentence}>
            <strong>{sentence}</strong>
          </p>
        ))}
      </div>
      {file.whyNoSql !== undefined && <p class="soft">{file.whyNoSql}</p>}
      <Anomalies
        stories={file.stories}
        own={file.replays.find(({ strategy }) => strategy === file.strategy)}
      />
      {file.replays.length > 0 && <Replays replays={file.replays} name={file.strategy} />}
    </section>
  )
}

/** The whole window takes files; a frame says so while one is held over it. */
export function DropTarget() {
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const show = (isOver: boolean) => frame.current?.toggleAttribute('hidden', !isOver)
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      show(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) show(false)
    }
    const drop = (event: DragEvent) => {
      event.preventDefault()
      show(false)
      void judgeFirst(event.dataTransfer?.files)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])
  return (
    <div class="drop-frame" ref={frame} hidden aria-hidden="true">
      Drop it: the lab judges it
    </div>
  )
}
