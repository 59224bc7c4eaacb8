// Volunteers compute a picture row by row, in a tree that forms at a hub. Usage: node main.mjs [hub]
import { readFile } from 'node:fs/promises'
import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { connectTree } from '@pigeon/tree-overlay/bootstrap'
import { codeHash, Volunteer } from '@pigeon/volunteer'
import { Processes } from '@pigeon/volunteer/node'

const hub = process.argv[2] ?? 'ws://localhost:3000'
const ROWS = 24

const code = await readFile(new URL('row.mjs', import.meta.url), 'utf8')

/** Each would be a machine of its own. */
async function join() {
  const tree = await connectTree(hub, { tree: 'example-render' })
  return { tree, volunteer: new Volunteer({ tree, clock, random }) }
}

const submitter = await join()
await new Promise((resolve) => submitter.tree.becomeRoot(() => resolve(undefined)))
const helpers = await Promise.all([join(), join()])
await Promise.all(
  helpers.map(({ tree }) => new Promise((resolve) => tree.join(() => resolve(undefined)))),
)

// Foreign code runs in Node without a sandbox: allow only what you have read.
const wanted = codeHash(code)
for (const { volunteer } of helpers) {
  volunteer.help(new Processes({ accepts: (offer) => offer.hash === wanted, slots: 1 }))
}

const rows = Array.from({ length: ROWS }, (_, row) => row)
const job = submitter.volunteer.map(rows, { code, who: 'the example', total: ROWS })
for await (const row of job) {
  const steps = /** @type {number[]} */ (row)
  if (process.stdout.isTTY)
    console.log(steps.map((n) => ' .:-=+*#%@'[Math.min(9, n >> 2)]).join(''))
}
const { workers } = job.stats
const shares = workers.map(({ done }) => done).join(' + ')
console.log(`${ROWS} rows of a picture, computed by ${workers.length} volunteers: ${shares}`)
for (const { volunteer, tree } of [...helpers, submitter]) {
  volunteer.close()
  tree.close()
}
