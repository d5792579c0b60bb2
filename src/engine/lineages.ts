/**
 * Which timelines of the database's cluster a process has met, for whoever starts processes: they know it
 * from each other.
 */
export { knownLineages, learn, onLearned } from '../storage/driver/servers/lineage.js'
