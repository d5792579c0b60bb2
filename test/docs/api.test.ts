/** docs/api.md is the API that a server has. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { apiReference, PATH } from '../../scripts/api-reference.js'
import { openApiDocument } from '../../scripts/openapi-document.js'

const page = readFileSync(new URL(`../../${PATH}`, import.meta.url), 'utf8')
const document = await openApiDocument()

test('docs/api.md is what `npm run generate` makes of the OpenAPI document', () => {
  expect(page === apiReference(document), 'run `npm run generate`').toBe(true)
})

test('it has every operation, every schema, and a place for every link', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods)) {
      expect(page).toContain(`### \`${method.toUpperCase()} ${path}\``)
    }
  }
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.toLowerCase())
  for (const name of Object.keys(document.components.schemas)) {
    expect(headings).toContain(name.toLowerCase())
  }
  for (const [, anchor = ''] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor)
})
