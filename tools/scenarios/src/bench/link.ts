// One link: how fast, how soon, how much memory, beside the engine it uses and beside other libraries.
import { Command } from 'commander'
import { file } from './link/files.ts'
import { idle, opening } from './link/opening.ts'
import { roundTrip } from './link/round-trip.ts'
import { chromiumStations, type Stations, weriftStations } from './link/stations.ts'
import { throughput } from './link/throughput.ts'
import { endChildrenWithUs } from './mesh/child.ts'
import { type BenchRow, formatTable, isMet } from './table.ts'

/** Measures one after the other with the same stations. */
async function* within(
  start: () => Promise<Stations>,
  measures: readonly ((stations: Stations) => Promise<BenchRow[]>)[],
): AsyncIterable<BenchRow[]> {
  const stations = await start()
  try {
    for (const measure of measures) yield await measure(stations)
  } finally {
    await stations.close()
  }
}

async function* one(rows: Promise<BenchRow[]>): AsyncIterable<BenchRow[]> {
  yield await rows
}

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, () => AsyncIterable<BenchRow[]>>> = {
  werift: () => within(() => weriftStations(2), [opening, roundTrip, throughput]),
  chromium: () => within(() => chromiumStations(2), [opening, roundTrip, throughput]),
  idle: () => one(idle()),
  'werift-file': () => one(file('werift')),
  'chromium-file': () => one(file('Chromium')),
}

const names = Object.keys(SECTIONS)
const { args } = new Command('link')
  .argument('[sections...]', `of ${names.join(', ')}; default all`)
  .parse()

endChildrenWithUs()
for (const name of args.length > 0 ? args : names) {
  const section = SECTIONS[name]
  if (section === undefined) throw new RangeError(`no section ${name}, one of: ${names.join(', ')}`)
  for await (const rows of section()) {
    console.log(`\n${formatTable(rows)}`)
    if (!rows.every(isMet)) process.exitCode = 1
  }
}
process.exit()
