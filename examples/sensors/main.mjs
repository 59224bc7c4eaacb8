// Three sensors tell what they measure; a station averages. Usage: node main.mjs [hub]
import { PigeonMesh } from '@pigeon/peer'
import { openChannel } from '@pigeon/peer/channels'

const hub = process.argv[2] ?? 'ws://localhost:3000'

/** How often a sensor measures, ms, and how many readings the station waits for of each. */
const EVERY_MS = 100
const READINGS = 5

/** Each would be a machine of its own. */
async function join() {
  const mesh = new PigeonMesh('example-sensors', { hubs: [hub] })
  await mesh.connect()
  /** @type {import('@pigeon/peer/channels').Channel<{ celsius: number, at: Date }>} */
  const readings = openChannel(mesh, 'temperature')
  return { mesh, readings }
}

const station = await join()
const sensors = await Promise.all([join(), join(), join()])
await Promise.all(sensors.map(({ mesh }) => mesh.whenPeers(1)))

/** @param {number} tick */
const measure = (tick) => 20 + Math.sin(tick / 10) + (Math.random() - 0.5) / 10

let tick = 0
const timer = setInterval(() => {
  tick++
  for (const { readings } of sensors) readings.publish({ celsius: measure(tick), at: new Date() })
}, EVERY_MS)

/** @type {Map<string, number[]>} */
const heard = new Map()
for await (const { from, value } of station.readings) {
  heard.set(from, [...(heard.get(from) ?? []), value.celsius])
  const counts = [...heard.values()].map(({ length }) => length)
  if (counts.length === sensors.length && Math.min(...counts) >= READINGS) break
}
clearInterval(timer)

const all = [...heard.values()].flat()
const mean = all.reduce((sum, celsius) => sum + celsius, 0) / all.length
console.log(`${heard.size} sensors, ${all.length} readings, mean ${mean.toFixed(1)} °C`)
await Promise.all([station, ...sensors].map(({ mesh }) => mesh.close()))
