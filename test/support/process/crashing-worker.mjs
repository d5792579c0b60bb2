/** Loaded into every process of a server; ends its workers, but not the primary, while a file is there. */
import cluster from 'node:cluster'
import { existsSync } from 'node:fs'

if (cluster.isWorker && existsSync(process.env.TEST_CRASHES_WHILE)) process.exit(7)
