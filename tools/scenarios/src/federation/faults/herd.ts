import { FaultClient, FaultNetwork, until } from './network.ts'
import { type FaultRow, found, HERE } from './row.ts'

/** Clients of the hub that dies. */
const HERD = 5000

/** So many come at once before that. */
const AT_ONCE = 100

/** All clients of a hub come to another at once. */
export const HERD_ROW: FaultRow = {
  id: 'F20',
  name: `a hub dies, and its ${HERD.toLocaleString('en-US')} clients come to another`,
  async run(program) {
    const network = await FaultNetwork.start(program, 2, HERE)
    const { clients, urls, hubs } = network
    try {
      const order = [...urls].reverse()
      for (let count = 0; count < HERD; count += AT_ONCE) {
        const batch = Array.from({ length: AT_ONCE }, () => new FaultClient(order))
        clients.push(...batch)
        await until(() => batch.every(({ connectedTo }) => connectedTo !== ''), 30_000)
      }
      const lost = network.at(1)
      await hubs[0]?.call('lateness')
      const at = performance.now()
      await hubs[1]?.end()
      await until(() => lost.every(({ disconnects }) => disconnects > 0), 10_000)
      const backAfter: number[] = []
      await until(() => {
        const back = lost.filter(({ connectedTo }) => connectedTo !== '').length
        while (backAfter.length < back) backAfter.push(performance.now() - at)
        return back === lost.length
      }, 60_000)
      const late = (await hubs[0]?.call('lateness')) ?? Number.POSITIVE_INFINITY
      const p99 = backAfter[Math.floor(lost.length * 0.99)] ?? Number.POSITIVE_INFINITY
      return [
        found(`of ${lost.length} back, p99`, p99, 10_000),
        found('timers of the hub late, p99', late, 200),
      ]
    } finally {
      await network.end()
    }
  },
}
