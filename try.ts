import { openLabDatabase } from '/tmp/h15-race/src/lab/database/lab-database.js'
import { openDatabase } from '/tmp/h15-race/src/storage/driver/database.js'
import { replayByForce } from '/tmp/h15-race/src/lab/replay/forced.js'
import { CONTESTANTS } from '/tmp/h15-race/src/lab/race/contestants.js'
const lab = await openLabDatabase(process.argv[2]!)
const db = openDatabase({ url: lab.url, connectionsMax: 6, schema: lab.schema })
for (const name of Object.keys(CONTESTANTS)) {
  const t = performance.now()
  const r = await replayByForce(db, name as never, { callers: [{ name: 'client 3', quantity: 3 }, { name: 'client 8', quantity: 2 }], left: 4 })
  console.log(`\n== ${name} ${r.answers} sold ${r.sold} ${Math.round(performance.now()-t)} ms`)
  for (const s of r.steps) console.log(`  ${s.who} ${s.does} | ${JSON.stringify(s.pool)} | ${s.statements.map(x => x.sql.split('\n').slice(0,2).join(' ').slice(0,60)+' -> '+x.answer.slice(0,60)).join(' ;; ')}`)
}
await db.close(); await lab.release()
