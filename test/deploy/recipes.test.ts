/**
 * What `deploy/` says is true of this program: its variables exist, its paths are in the repository, and
 * its times fit each other. No container engine is needed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { MAIL_SETTINGS } from '../../src/cli/config/mail-settings.js'
import { SETTINGS } from '../../src/cli/config/settings.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const files = readdirSync(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length))
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** All documents of a file, as plain values; a fault in it is a failure. */
// biome-ignore lint/suspicious/noExplicitAny: the form of these files is that of their tools
function yamlOf(path: string): any[] {
  return parseAllDocuments(textOf(path), { logLevel: 'error' }).map((document) => {
    expect(document.errors, path).toEqual([])
    return document.toJS()
  })
}

/** What a server needs after its drain delay, as docs/operating.md says. */
const LAST_ANSWERS_S = 15
const delayOf = (env: Record<string, unknown>) => Number(env['HOLDFAST_DRAIN_DELAY_MS']) / 1_000

test('every variable is one that the program reads', () => {
  const settings = [...Object.values(SETTINGS), ...Object.values(MAIL_SETTINGS)]
  const known = new Set(settings.map(({ variable }) => variable))
  const named = files.flatMap((path) =>
    Array.from(textOf(path).matchAll(/\bHOLDFAST_[A-Z_]+/g), ([variable]) => ({ path, variable })),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ variable }) => !known.has(variable))).toEqual([])
})

describe('the image', () => {
  const text = textOf('deploy/docker/Dockerfile')
  const [build = '', last = ''] = text
    .split(/^(?=FROM )/m)
    .filter((part) => part.startsWith('FROM'))

  test('is built from what the repository has, and lets nothing else in', () => {
    const copied = Array.from(text.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, paths = '']) =>
      paths.split(' '),
    ).flat()
    expect(copied).toContain('migrations')
    const allowed = textOf('deploy/docker/Dockerfile.dockerignore')
    for (const path of copied) {
      expect(allowed.split('\n'), path).toContain(`!${path}`)
      if (!path.includes('*')) expect(existsSync(join(ROOT, path)), path).toBe(true)
    }
  })

  test('has Node as package.json asks for it, no compiler, and a user who owns nothing', () => {
    const [, node = ''] = /^FROM node:(\d+\.\d+)/.exec(last) ?? []
    const { engines } = JSON.parse(textOf('package.json'))
    expect(Number.parseFloat(node)).toBeGreaterThanOrEqual(Number.parseFloat(engines.node.slice(2)))
    expect(build).toMatch(/npm prune --omit=dev/)
    expect(last).toMatch(/^USER node$/m)
    expect(last).not.toMatch(/npm|apt-get/)
  })

  test('is asked for its health by a line that works', () => {
    const [, words = '[]'] = /^ {2}CMD (\[.+\])$/m.exec(last) ?? []
    const [, , script = ''] = JSON.parse(words)
    // Nobody answers there.
    const { status } = spawnSync('node', ['-e', script], { env: { ...process.env, PORT: '1' } })
    expect(status).toBe(1)
    expect(script).toContain('/healthz')
  })
})

describe('compose', () => {
  const [single] = yamlOf('deploy/docker/compose.yaml')
  const [pooled] = yamlOf('deploy/docker/compose.pooled.yaml')

  test('stops a server after its last answer, not before', () => {
    const { environment, stop_grace_period: grace } = single.services.holdfast
    expect(Number.parseInt(grace, 10)).toBeGreaterThanOrEqual(delayOf(environment) + LAST_ANSWERS_S)
    expect(delayOf(pooled.services.holdfast.environment)).toBe(delayOf(environment))
  })

  test('migrates as the owner before anybody serves, and serves as somebody who cannot', () => {
    const { migrate, holdfast } = single.services
    expect(migrate.environment.DATABASE_URL).toContain('//holdfast_owner:')
    expect(holdfast.environment.DATABASE_URL).toContain('//holdfast_app:')
    expect(holdfast.depends_on.migrate.condition).toBe('service_completed_successfully')
  })

  test('has as many sessions as its servers, and one server more, may use', () => {
    const servers = [pooled.services.holdfast, pooled.services['holdfast-2']]
    const [one = 0, two = 0] = servers.map((each) => Number(each.environment.HOLDFAST_CONNECTIONS))
    const [, size] =
      /^default_pool_size = (\d+)$/m.exec(textOf('deploy/pgbouncer/pgbouncer.ini')) ?? []
    expect(Number(size)).toBeGreaterThanOrEqual(one + two + Math.max(one, two))
  })

  test('names files that there are', () => {
    for (const { services } of [single, pooled]) {
      // biome-ignore lint/suspicious/noExplicitAny: see above
      for (const service of Object.values<any>(services)) {
        for (const volume of service.volumes ?? []) {
          const [from = ''] = volume.split(':')
          if (from.startsWith('../'))
            expect(existsSync(join(ROOT, 'deploy/docker', from))).toBe(true)
        }
      }
    }
  })
})

describe('kubernetes', () => {
  const [deployment, service, budget] = yamlOf('deploy/kubernetes/holdfast.yaml')
  const pod = deployment.spec.template.spec
  const [container] = pod.containers

  test('replaces servers one by one, and ends one after its last answer', () => {
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 })
    const env = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value?: string }) => [name, value]),
    )
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(delayOf(env) + LAST_ANSWERS_S)
    // A pod that drains is out of the balancer before it closes its port.
    const { periodSeconds, failureThreshold } = container.readinessProbe
    expect(delayOf(env)).toBeGreaterThan(2 * periodSeconds * failureThreshold)
  })

  test('restarts what does not answer, and sends nothing to what is not ready', () => {
    expect(container.livenessProbe.httpGet.path).toBe('/healthz')
    expect(container.readinessProbe.httpGet.path).toBe('/readyz')
    expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels)
    expect(budget.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels)
  })

  test('migrates with the same image, under a secret of its own', () => {
    const [job] = yamlOf('deploy/kubernetes/migrate.yaml')
    const [migrate] = job.spec.template.spec.containers
    expect([migrate.image, migrate.args]).toEqual([container.image, ['migrate']])
    const { version } = JSON.parse(textOf('package.json'))
    expect(container.image).toBe(`holdfast:${version}`)
  })
})

describe('systemd', () => {
  const unit = textOf('deploy/systemd/holdfast.service')

  test('stops the service after its last answer, and replaces workers on reload', () => {
    const env = Object.fromEntries(
      textOf('deploy/systemd/env.example')
        .split('\n')
        .map((line) => line.split('=')),
    )
    const [, timeout] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? []
    expect(Number(timeout)).toBeGreaterThanOrEqual(delayOf(env) + LAST_ANSWERS_S)
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m)
  })
})
