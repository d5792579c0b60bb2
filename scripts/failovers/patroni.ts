/**
 * A Patroni cluster of three on this machine: an etcd, and for each node a Patroni that runs a PostgreSQL.
 * The programs are Debian's (`apt-get install patroni etcd-server postgresql`).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../test/support/process/free-port.js'
import { until } from '../../test/support/until.js'
import { type ClusterOptions, configOf, NODES, type Place } from './configuration.js'
import { accountOf, childrenOf, endOf, titleOf } from './processes.js'

const START_MS = 120_000

export interface Cluster {
  /** For `DATABASE_URL`: every node, in the order of their numbers. */
  readonly url: string
  /** What ran, for the report. */
  readonly versions: string
  /** Resolves once one node leads, the others follow it, and one of them confirms if any has to. */
  settled(): Promise<void>
  /** A URL of the node that leads. */
  primaryUrl(): Promise<string>
  /**
   * Kills the primary's processes and its Patroni with SIGKILL. For `stallMs` before that its standbys are
   * sent nothing: its sending processes stand still.
   *
   * @returns when they were gone, as `performance.now()` counts
   */
  killPrimary(stallMs: number): Promise<number>
  /** Starts the Patroni that was killed; its PostgreSQL rejoins as a standby. */
  restart(): Promise<void>
  close(): Promise<void>
}

interface Node extends Place {
  readonly config: string
  readonly log: string
  patroni: ChildProcess | undefined
}

/** As `GET /cluster` of Patroni's REST API has it. */
interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
  readonly timeline?: number
}

/** Starts a program of the cluster; what it prints goes to the file. */
type Run = (program: string, words: readonly string[], log: string) => ChildProcess

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const versions = versionsOf(options)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-failovers-'))
  chmodSync(folder, 0o777)
  const account = accountOf('postgres')
  const run: Run = (program, words, log) => {
    const output = openSync(log, 'a')
    return spawn(program, words, { cwd: folder, stdio: ['ignore', output, output], ...account })
  }
  const { etcd, etcdPort } = await startEtcd(run, folder)
  const nodes: Node[] = []
  for (let i = 1; i <= NODES; i += 1)
    nodes.push(await nodeIn(folder, `node${i}`, etcdPort, options))
  const start = (node: Node) => {
    node.patroni = run('patroni', [node.config], node.log)
  }
  nodes.forEach(start)
  const leader = () => leaderOf(nodes)
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
  let killed: Node | undefined
  const cluster: Cluster = {
    url: `postgres://holdfast@${hosts.join(',')}/holdfast`,
    versions,
    settled: async () => {
      await until('the cluster is whole', () => isWhole(nodes, options), START_MS)
    },
    async primaryUrl() {
      const { port } = await until('a node leads', leader, START_MS)
      return `postgres://holdfast@127.0.0.1:${port}/holdfast`
    },
    async killPrimary(stallMs) {
      killed = await until('a node leads', leader, START_MS)
      return kill(killed, stallMs)
    },
    async restart() {
      if (killed !== undefined) start(killed)
    },
    async close() {
      // Patroni stops its PostgreSQL when it is told to end.
      await Promise.all(nodes.map(({ patroni }) => endOf(patroni)))
      await endOf(etcd)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await cluster.settled().catch(async (error: unknown) => {
    const log = readFileSync(nodes[0]?.log ?? '', 'utf8')
      .split('\n')
      .slice(-20)
      .join('\n')
    await cluster.close()
    throw new Error(`the cluster did not come up; its log ends with\n${log}`, { cause: error })
  })
  await makeDatabase((await until('a node leads', leader)).port)
  return cluster
}

async function startEtcd(run: Run, folder: string) {
  const [etcdPort, peerPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${etcdPort}`
  const peerUrl = `http://127.0.0.1:${peerPort}`
  const words = [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', url],
    ...['--advertise-client-urls', url, '--listen-peer-urls', peerUrl],
    ...['--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`],
  ]
  return { etcd: run('etcd', words, join(folder, 'etcd.log')), etcdPort }
}

async function nodeIn(
  folder: string,
  name: string,
  etcdPort: number,
  options: ClusterOptions,
): Promise<Node> {
  const place = join(folder, name)
  mkdirSync(place)
  chmodSync(place, 0o777)
  const node: Node = {
    name,
    port: await freePort(),
    restPort: await freePort(),
    data: join(place, 'data'),
    config: join(place, 'patroni.yml'),
    log: join(place, 'patroni.log'),
    patroni: undefined,
  }
  // JSON is YAML as well.
  writeFileSync(node.config, JSON.stringify(configOf(node, etcdPort, options), null, 2))
  return node
}

/** Whoever answers first; one that was killed does not. */
async function membersOf(nodes: readonly Node[]): Promise<readonly Member[]> {
  for (const { restPort } of nodes) {
    try {
      const signal = AbortSignal.timeout(2_000)
      const answer = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal })
      return ((await answer.json()) as { members: Member[] }).members
    } catch {
      // The next one knows as well.
    }
  }
  return []
}

async function leaderOf(nodes: readonly Node[]): Promise<Node | undefined> {
  const members = await membersOf(nodes)
  const found = members.find(({ role, state }) => role === 'leader' && state === 'running')
  return nodes.find(({ name }) => name === found?.name)
}

/** @returns when all were gone */
async function kill(node: Node, stallMs: number): Promise<number> {
  const file = readFileSync(join(node.data, 'postmaster.pid'), 'utf8')
  const postmaster = Number(file.split('\n')[0])
  const children = childrenOf(postmaster)
  for (const pid of children.filter((each) => titleOf(each).includes('walsender'))) {
    process.kill(pid, 'SIGSTOP')
  }
  await pause(stallMs)
  node.patroni?.kill('SIGKILL')
  for (const pid of [postmaster, ...new Set([...children, ...childrenOf(postmaster)])]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return performance.now()
}

/** A role that may do nothing but own the database. */
async function makeDatabase(port: number): Promise<void> {
  const client = new pg.Client({
    connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`,
  })
  await client.connect()
  await client.query('create role holdfast login')
  await client.query('create database holdfast owner holdfast')
  await client.end()
}

async function isWhole(nodes: readonly Node[], { synchronous }: ClusterOptions): Promise<boolean> {
  const [all, node] = [await membersOf(nodes), await leaderOf(nodes)]
  const first = all.find(({ role }) => role === 'leader')
  if (node === undefined || all.length < NODES) return false
  const confirming = all.filter(({ role }) => role === 'sync_standby').length
  if (synchronous && confirming < NODES - 1) return false
  if (all.some(({ state, timeline }) => state === 'stopped' || timeline !== first?.timeline))
    return false
  const client = new pg.Client({
    connectionString: `postgres://postgres@127.0.0.1:${node.port}/postgres`,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(`select from pg_stat_replication where state = 'streaming'`)
    return rows.length === NODES - 1
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** @throws Error with what to install */
function versionsOf({ programs }: ClusterOptions): string {
  const line = (program: string) => {
    try {
      return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0]?.trim() ?? ''
    } catch (cause) {
      throw new Error(
        `${program} is not there: this needs Patroni, etcd and PostgreSQL (apt-get install patroni etcd-server postgresql)`,
        { cause },
      )
    }
  }
  const postgres = join(programs, 'postgres')
  if (!existsSync(postgres))
    throw new Error(`${postgres} is not there: name another folder with --programs`)
  return [line(postgres), line('patroni'), line('etcd')].join(', ')
}
