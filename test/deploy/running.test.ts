/** What of `deploy/` can be run without a container engine is run: the roles, the unit's command, the proxies. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { migrate } from '../../src/storage/driver/migrate.js'
import { withClient, withEmptyDatabase } from '../support/database/empty-database.js'
import { openEvents } from '../support/http/event-source.js'
import { useService } from '../support/http/service.js'
import { run } from '../support/process/command.js'
import { freePort } from '../support/process/free-port.js'
import { installed } from '../support/process/installed.js'
import { until } from '../support/until.js'

const service = useService()
const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))
const textOf = (path: string) => readFileSync(join(DEPLOY, path), 'utf8')
const [NGINX, CADDY, SYSTEMD] = ['nginx', 'caddy', 'systemd-analyze'].map(installed)

test('the owner migrates, and who serves changes rows and no tables', () =>
  withEmptyDatabase(async (url) => {
    // Roles are the server's: a run of this test beside another one has its own.
    const mark = newId().slice(-12)
    const own = (text: string) => text.replace(/\bholdfast_(owner|app)\b/g, `$1_${mark}`)
    const name = new URL(url).pathname.slice(1)
    const roles = own(textOf('postgres/roles.sql')).replace(':"DBNAME"', `"${name}"`)
    const as = (role: string) => {
      const there = new URL(url)
      there.searchParams.set('options', `-c role=${role}_${mark}`)
      return there.href
    }
    await withClient(url, async (client) => {
      await client.query(roles)
      await migrate(as('owner'))
      await client.query(`set role app_${mark}`)
      await client.query(`insert into holdfast.listings (listing_id, name) values ($1, 'x')`, [
        newId(),
      ])
      await expect(client.query('create table holdfast.x ()')).rejects.toThrow(/permission denied/)
      await expect(client.query('drop table holdfast.answers')).rejects.toThrow(/must be owner/)
      await client.query('reset role')
      for (const role of ['owner', 'app']) {
        await client.query(`drop owned by ${role}_${mark} cascade`)
        await client.query(`drop role ${role}_${mark}`)
      }
    })
  }))

test('the unit runs a command that the program knows', async () => {
  const unit = textOf('systemd/holdfast.service')
  const [, words = ''] = /^ExecStart=\S+ \S+ (.+)$/m.exec(unit) ?? []
  const [command = '', ...flags] = words.split(' ')
  const { stdout } = await run([command, '--help'])
  for (const flag of flags.filter((word) => word.startsWith('--'))) expect(stdout).toContain(flag)
})

test.skipIf(SYSTEMD === undefined)('the unit is one to systemd (needs systemd)', () => {
  const folder = temporaryFolder()
  // It looks for the programs of a unit, too.
  const unit = textOf('systemd/holdfast.service')
    .replaceAll('/usr/bin/node', process.execPath)
    .replaceAll('/opt/holdfast', folder)
  writeFileSync(join(folder, 'holdfast.service'), unit)
  execFileSync(SYSTEMD ?? '', ['verify', '--man=no', join(folder, 'holdfast.service')], {
    stdio: 'pipe',
  })
})

test.skipIf(CADDY === undefined)('Caddy takes its file (needs caddy)', () => {
  const words = ['validate', '--adapter', 'caddyfile', '--config', join(DEPLOY, 'proxy/Caddyfile')]
  const env = { ...process.env, HOME: temporaryFolder() }
  execFileSync(CADDY ?? '', words, { stdio: 'pipe', env })
})

test.skipIf(NGINX === undefined)(
  'nginx passes events on as they come, asks another server where one is gone, and shows nobody the figures (needs nginx)',
  async () => {
    await service.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = service.app.server.address() as AddressInfo
    const gone = await freePort()
    const proxy = await startNginx([`127.0.0.1:${port}`, `127.0.0.1:${gone}`])
    expect((await ask(proxy, 'GET', '/metrics')).status).toBe(404)

    const path = `/v1/listings/${service.listingId}`
    const stream = await openEvents(`${proxy}${path}/live`, service.keys.storefront)
    await stream.next(({ event }) => event === 'snapshot')
    const lines = [{ pool_id: service.poolIds[2], quantity: 1 }]
    for (let i = 0; i < 6; i += 1) {
      const { status } = await ask(proxy, 'POST', `${path}/reservations`, {
        customer: `c${i}`,
        lines,
      })
      expect(status).toBe(201)
    }
    await stream.next(({ event }) => event !== 'snapshot')
    expect(stream.ended, 'nothing was kept back until the end').toBe(false)
    stream.close()
  },
)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-deploy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** nginx with the file as it is, but for where it listens, where the servers are and whose certificate it has. */
async function startNginx(servers: readonly [string, string]): Promise<string> {
  const folder = temporaryFolder()
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')]
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], {
    stdio: 'pipe',
  })
  const [port, plain] = [await freePort(), await freePort()]
  const site = textOf('proxy/nginx.conf')
    .replace('holdfast:3000', servers[0])
    .replace('holdfast-2:3000', servers[1])
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replaceAll('/etc/nginx/tls', folder)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder};`)
    .join('\n')
  const config = join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
     events {} http { access_log off; ${paths} ${site} }`,
  )
  const child = spawn(NGINX ?? '', ['-c', config, '-p', folder], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const url = `https://127.0.0.1:${port}`
  await until('nginx answers', async () => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'))
    return ask(url, 'GET', '/healthz').then(
      () => true,
      () => false,
    )
  })
  return url
}

function ask(url: string, method: string, path: string, body?: unknown) {
  const headers = {
    authorization: `Bearer ${service.keys.seller}`,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'idempotency-key': newId() }),
  }
  return new Promise<{ status: number }>((resolve, reject) => {
    const options = { method, headers, agent: false, rejectUnauthorized: false }
    const sent = request(`${url}${path}`, options, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0 }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
