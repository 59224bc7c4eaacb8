// The hub as a service: told to end, killed, started again, and used by many that come back at once.
// npm run bench -- service [drain links restart reconnect]
import { Command } from 'commander'
import { drain } from './service/drain.ts'
import { links } from './service/links.ts'
import { reconnect } from './service/reconnect.ts'
import { type BenchRow, formatTable, isMet } from './table.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  drain,
  links,
  restart: () => reconnect(500, 5000),
  reconnect: () => reconnect(5000, 10_000),
}

const names = Object.keys(SECTIONS)
const { args } = new Command('service')
  .argument('[sections...]', `of ${names.join(', ')}; default all`)
  .parse()

for (const name of args.length > 0 ? args : names) {
  const section = SECTIONS[name]
  if (section === undefined) throw new RangeError(`no section ${name}, one of: ${names.join(', ')}`)
  const rows = await section()
  console.log(`\n${formatTable(rows)}`)
  if (!rows.every(isMet)) process.exitCode = 1
}
process.exit()
