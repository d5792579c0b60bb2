/**
 * What JSON.parse accepts and we do not: the same key twice in one object (which of the two would
 * count?), `__proto__`, and nesting without a bound.
 */

export type JsonFault = 'too deep' | 'duplicate key' | 'prototype key'

/**
 * Scans `text` once; JSON.parse has accepted it already.
 *
 * @param depthMax how deep objects and arrays may be nested
 * @returns what is wrong with it, or undefined
 */
export function jsonFaultOf(text: string, depthMax: number): JsonFault | undefined {
  // One entry for each open container: an object's keys so far, undefined for an array.
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

/** The end of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}

/** In valid JSON a string that is followed by a colon is a key. */
function isKey(text: string, end: number): boolean {
  let i = end + 1
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i += 1
  return text[i] === ':'
}
