/**
 * A server that speaks French: what PostgreSQL says beside its answers has its sentence and its
 * severity translated on the way, as a server with `lc_messages = fr_FR.UTF-8` translates them. The
 * embedded programs come without translations.
 */
import { type Link, openNetwork } from '../../../src/lab/chaos/network.js'

const NOTICE = 'N'
/** A message is a type, its length in four bytes (counting themselves), and the rest. */
const HEAD_BYTES = 5
const LENGTH_BYTES = 4

const TRANSLATIONS: Readonly<Record<string, (text: string) => string>> = {
  S: (severity) => (severity === 'WARNING' ? 'ATTENTION' : severity),
  M: () => 'annulation de l’attente pour la réplication synchrone à la demande de l’utilisateur',
  D: () =>
    'La transaction a déjà été validée localement, mais n’a peut-être pas été répliquée sur le serveur secondaire.',
}

/** Leads to the same database; `notices` counts what was translated. */
export async function startFrenchServer(databaseUrl: string) {
  const rests = new Map<Link, Buffer>()
  let notices = 0
  const network = await openNetwork(databaseUrl, {
    onAnswer(bytes, link) {
      let rest = Buffer.concat([rests.get(link) ?? Buffer.alloc(0), bytes])
      while (rest.length >= HEAD_BYTES) {
        const length = 1 + rest.readUInt32BE(1)
        if (rest.length < length) break
        const message = rest.subarray(0, length)
        const isNotice = message.toString('latin1', 0, 1) === NOTICE
        if (isNotice) notices += 1
        link.answer(isNotice ? inFrench(message) : message)
        rest = rest.subarray(length)
      }
      rests.set(link, rest)
    },
  })
  return {
    url: network.url,
    get notices() {
      return notices
    },
    close: () => network.close(),
  }
}

/** Each field is a letter and a text that ends with a zero; a zero alone ends them all. */
function inFrench(message: Buffer): Buffer {
  const fields = message.toString('utf8', HEAD_BYTES).split('\0').filter(Boolean)
  const translated = fields.map((field) => {
    const letter = field.slice(0, 1)
    return letter + (TRANSLATIONS[letter]?.(field.slice(1)) ?? field.slice(1))
  })
  const body = Buffer.from(`${translated.map((field) => `${field}\0`).join('')}\0`)
  const head = Buffer.alloc(HEAD_BYTES)
  head.write(NOTICE, 0, 'latin1')
  head.writeUInt32BE(body.length + LENGTH_BYTES, 1)
  return Buffer.concat([head, body])
}
