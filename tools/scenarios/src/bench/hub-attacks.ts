// npm run test:attacks: our hub with its default limits under attack, beside the same attack on a decoy.

import type { AttackerCommands } from './hub/attacker-process.ts'
import { ATTACKS } from './hub/attacks.ts'
import { Neighbours } from './hub/neighbours.ts'
import { makeHubPrograms } from './hub/program.ts'
import type { ServerCommands } from './hub/server-process.ts'
import { Child, endChildrenWithUs } from './mesh/child.ts'

const MIB = 1024 * 1024

/** What an attack may leave behind, MiB. */
const MAX_GROWTH = 8

/** How much later the slowest messages of neighbours may come than in the control run. */
const MAX_RATIO = 2

/** Below this a difference is noise of the machine, ms. */
const NOISE_MS = 5

endChildrenWithUs()
const programs = await makeHubPrograms()
const attacker = new Child<AttackerCommands>(programs.attacker)
const start = async (): Promise<{ child: Child<ServerCommands>; url: string }> => {
  const child = new Child<ServerCommands>(programs.server, ['attacked'])
  return { child, url: await child.call('start') }
}
const [hub, decoy] = [await start(), await start()]
const wanted = process.argv[2]
let failed = 0

// What is made once is made by then.
for (const { url } of [hub, decoy]) await attacker.call('attack', 'binary rubbish', url, '')
for (const name of Object.keys(ATTACKS)) {
  if (wanted !== undefined && !name.includes(wanted)) continue
  const neighbours = new Neighbours(2)
  await neighbours.join(hub.url)
  const run = async (target: string) => {
    neighbours.start()
    await attacker.call('attack', name, target, neighbours.victim)
    return neighbours.stop()
  }
  const control = await run(decoy.url)
  const before = await hub.child.call('heap')
  const seen = await run(hub.url)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const growth = ((await hub.child.call('heap')) - before) / MIB
  neighbours.close()
  const ratio = seen.p99 / Math.max(control.p99, NOISE_MS)
  const crashed = !hub.child.running
  const good =
    !crashed && seen.spoofed === 0 && seen.lost === 0 && growth <= MAX_GROWTH && ratio <= MAX_RATIO
  if (!good) failed++
  console.log(
    [
      good ? 'ok    ' : 'FAILED',
      name.padEnd(42),
      crashed ? 'crashed' : 'alive',
      `${seen.spoofed} spoofed, ${seen.lost} lost`,
      `heap ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB`,
      `p99 ${seen.p99.toFixed(1)} ms, control ${control.p99.toFixed(1)} ms`,
    ].join(' | '),
  )
  if (crashed) break
}
console.log(failed === 0 ? 'all attacks were withstood' : `${failed} attacks did harm`)
process.exit(failed === 0 ? 0 : 1)
