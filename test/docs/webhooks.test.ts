/** The receiver of docs/notices/webhooks.md, run as it is printed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { post } from '../../src/notices/webhooks/post.js'
import { secretsOf, signatureHeaders } from '../../src/notices/webhooks/signatures.js'
import { freePort } from '../support/process/free-port.js'
import { until } from '../support/until.js'
import { blocksOf } from './guide-blocks.js'

const root = join(import.meta.dirname, '../..')

test('the receiver takes what is signed with its secret, and nothing else', async () => {
  const page = await readFile(join(root, 'docs/notices/webhooks.md'), 'utf8')
  const [receiver] = blocksOf(page).filter(({ language }) => language === 'js')
  const port = await freePort()
  const [secret] = secretsOf(Buffer.alloc(32), {
    ...{ webhookId: 'w', secretSalt: 's', oldSecretSalt: null },
  })
  const child = spawn(process.execPath, ['--input-type=module', '-e', receiver?.text ?? ''], {
    cwd: root,
    env: { PORT: String(port), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  try {
    const body = JSON.stringify({ type: 'reservation.confirmed', data: { version: 2 } })
    const send = (headers: Record<string, string>) =>
      post(`http://127.0.0.1:${port}`, { headers, body, toLoopback: true })
    const signed = signatureHeaders({ id: 'e1', body }, [secret])
    const taken = await until('the receiver listens', async () => {
      const result = await send(signed)
      return result.kind === 'answered' && result
    })
    expect(taken.status).toBe(204)
    expect(await send({})).toMatchObject({ status: 400 })
    expect(await send({ ...signed, 'webhook-id': 'e2' })).toMatchObject({ status: 400 })
    await until('it says what came', () => printed.includes('reservation.confirmed { version: 2 }'))
    expect(receiver?.text.trim().split('\n')).toHaveLength(10)
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})
