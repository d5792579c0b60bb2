/** What outlives a reload: a value in the tab's own storage, or in memory where a browser allows none. */

export interface Keep<Value> {
  read(): Value | undefined
  /** Undefined removes it. */
  write(value: Value | undefined): void
}

/** @param name unique among all that the origin keeps */
export function keepAs<Value>(name: string): Keep<Value> {
  let inMemory: string | null = null
  return {
    read() {
      const text = guarded(() => sessionStorage.getItem(name)) ?? inMemory
      return text === null ? undefined : parsed<Value>(text)
    },
    write(value) {
      inMemory = value === undefined ? null : JSON.stringify(value)
      const text = inMemory
      guarded(() => {
        if (text === null) sessionStorage.removeItem(name)
        else sessionStorage.setItem(name, text)
      })
    },
  }
}

/** Browsers that block storage throw at the first touch. */
function guarded<Value>(touch: () => Value): Value | undefined {
  try {
    return touch()
  } catch {
    return undefined
  }
}

/** What another version of the page may have left is worth nothing. */
function parsed<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}

/** 128 random bits. `crypto.randomUUID` is missing from pages that were not loaded over TLS. */
export function randomKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
