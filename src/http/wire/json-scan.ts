/**
 * What JSON.parse lets pass and we do not: a key that comes twice in one object (which of the two
 * would count?), `__proto__`, and nesting without end.
 */

export type JsonFault = 'too deep' | 'duplicate key' | 'prototype key'

/**
 * Looks through `text`, which JSON.parse has accepted already, once.
 *
 * @param depthMax how many objects and arrays may stand within each other
 * @returns what is wrong with it, or undefined
 */
export function jsonFaultOf(text: string, depthMax: number): JsonFault | undefined {
  // One entry per open container: an object's keys so far, nothing for an array.
  const open: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; i += 1) {
    switch (text[i]) {
      case '{':
      case '[':
        open.push(text[i] === '{' ? new Set() : undefined)
        if (open.length > depthMax) return 'too deep'
        break
      case '}':
      case ']':
        open.pop()
        break
      case '"': {
        const end = endOfString(text, i)
        if (isKey(text, end)) {
          const key: string = JSON.parse(text.slice(i, end + 1))
          const keys = open.at(-1)
          if (key === '__proto__') return 'prototype key'
          if (keys?.has(key)) return 'duplicate key'
          keys?.add(key)
        }
        i = end
      }
    }
  }
  return undefined
}

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}

/** In valid JSON a string with a colon behind it is a key. */
function isKey(text: string, end: number): boolean {
  let i = end + 1
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i += 1
  return text[i] === ':'
}
