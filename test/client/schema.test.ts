/** The client's types are those of the document that a server answers with. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { clientSchema, PATH } from '../../scripts/client-schema.js'
import { useService } from '../support/http/service.js'

const service = useService()

test('src/client/schema.ts is what `npm run generate` makes of /openapi.json', async () => {
  const { body } = await service.app.inject('/openapi.json')
  const text = readFileSync(new URL(`../../${PATH}`, import.meta.url), 'utf8')
  expect(text === (await clientSchema(JSON.parse(body))), 'run `npm run generate`').toBe(true)
})
