/** A run as one file of HTML: the page's own script and style, and the run as data. It loads nothing. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Run } from './wire.js'

const BUILT = fileURLToPath(new URL('../../../dist/web/lab/', import.meta.url))

export async function sharedPage(run: Run): Promise<string> {
  const [script, style] = await Promise.all([
    readFile(`${BUILT}shared.js`, 'utf8'),
    readFile(`${BUILT}shared.css`, 'utf8'),
  ])
  // Within a script element nothing ends it but `</script`, and `<!--` begins a comment.
  const code = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
  const data = JSON.stringify(run).replaceAll('<', '\\u003c')
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(code)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>A race: ${run.scenario} · Holdfast</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="run">${data}</script>
<script>${code}</script>
</body>
</html>
`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
