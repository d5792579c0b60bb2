/** docs/glossary.md names types that there are, and gives every word one meaning. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

const rows = [...read('docs/glossary.md').matchAll(/^\| (?!word|type|-)(.+) \|$/gm)].map(
  ([, cells = '']) => cells.split(' | ').map((cell) => cell.trim()),
)
const types = rows.filter(([first = '']) => first.startsWith('`'))

test('every type of the glossary is declared in the file that it names', () => {
  const missing = types.flatMap(([name = '', path = '']) => {
    const [type, file] = [name.replaceAll('`', ''), path.replaceAll('`', '')]
    const declaration = new RegExp(`^(?:export )?(?:interface|type|class) ${type}\\b`, 'm')
    return declaration.test(read(file)) ? [] : [`${file} declares no ${type}`]
  })
  expect(missing).toEqual([])
  expect(types.length).toBeGreaterThan(20)
})

test('no word is explained twice', () => {
  const words = rows.flatMap(([first = '']) => first.split(', '))
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([])
  expect(words.length).toBeGreaterThan(60)
})
