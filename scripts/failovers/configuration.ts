/** What each Patroni is told; docs/operating/high-availability.md says what each setting promises. */
import { dirname, join } from 'node:path'

/** What makes a failover short. */
export const TIMES = { ttl: 7, loop_wait: 1, retry_timeout: 3 }

export const NODES = 3

export interface ClusterOptions {
  readonly synchronous: boolean
  /** The folder of PostgreSQL's programs. */
  readonly programs: string
}

/** Where a node is. */
export interface Place {
  readonly name: string
  readonly port: number
  readonly restPort: number
  readonly data: string
}

/** In the form of Patroni's YAML. */
export function configOf(
  node: Place,
  etcdPort: number,
  { synchronous, programs }: ClusterOptions,
): object {
  const place = dirname(node.data)
  const local = (port: number) => `127.0.0.1:${port}`
  return {
    scope: 'holdfast',
    name: node.name,
    restapi: { listen: local(node.restPort), connect_address: local(node.restPort) },
    etcd3: { host: local(etcdPort) },
    bootstrap: {
      dcs: {
        ...TIMES,
        primary_start_timeout: 0,
        synchronous_mode: synchronous,
        synchronous_mode_strict: synchronous,
        // With one of two the other may be ahead of it, and has to be rewound before it can confirm: that
        // took 11 s once.
        synchronous_node_count: NODES - 1,
        postgresql: {
          use_pg_rewind: true,
          parameters: {
            wal_log_hints: 'on',
            // A standby looks for its new primary this often; the default is 5 s.
            wal_retrieve_retry_interval: '1s',
            max_connections: 100,
            shared_buffers: '64MB',
          },
        },
      },
      initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
    },
    postgresql: {
      listen: local(node.port),
      connect_address: local(node.port),
      data_dir: node.data,
      pgpass: join(place, 'pgpass'),
      bin_dir: programs,
      // Everything is on this machine and is thrown away: proving who one is would prove nothing.
      pg_hba: [
        'host all all 127.0.0.1/32 trust',
        'host replication all 127.0.0.1/32 trust',
        'local all all trust',
      ],
      authentication: {
        superuser: { username: 'postgres' },
        replication: { username: 'replicator' },
      },
      parameters: { unix_socket_directories: place },
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
    },
  }
}
