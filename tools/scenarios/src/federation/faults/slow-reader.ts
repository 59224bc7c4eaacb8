import { once } from 'node:events'
import { encodeClientMessage, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { systemRandom } from '@pigeon/transport/system'
import { randomPeerId } from '@pigeon/xor'
import { WebSocket } from 'ws'
import { FaultNetwork, sleep } from './network.ts'
import { type FaultRow, found, HERE } from './row.ts'

const MIB = 1024 * 1024

/** What a hub is sent for one that never reads, bytes. */
const FLOOD_BYTES = 180e6

/** A client that never reads what others send it. */
export const SLOW_READER: FaultRow = {
  id: 'F5',
  name: '180 MB to a client that never reads',
  async run(program) {
    const network = await FaultNetwork.start(program, 1, HERE)
    const [url = ''] = network.urls
    let reader: WebSocket | undefined
    try {
      await network.join(4)
      const [hub] = network.hubs
      reader = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false })
      reader.on('error', () => {})
      await once(reader, 'open')
      const peerId = randomPeerId(systemRandom)
      reader.send(encodeClientMessage({ type: 'hello', versions: [2, 3], peerId, network: 'net' }))
      await once(reader, 'message')
      reader.pause()
      const before = (await hub?.call('memory')) ?? 0
      let [sent, most, dropped] = [0, 0, Number.POSITIVE_INFINITY]
      const payload = new Uint8Array(60_000)
      while (sent < FLOOD_BYTES) {
        for (const { client } of network.clients) {
          if (client.send(peerId, payload) === 'sent') sent += payload.length
        }
        await sleep(2)
        const peers = (await hub?.call('counts'))?.peers ?? 0
        if (peers === 4) dropped = Math.min(dropped, sent)
        most = Math.max(most, ((await hub?.call('memory')) ?? 0) - before)
      }
      return [
        found('sent before it was dropped', dropped / MIB, 8, 'MiB'),
        found('more in memory meanwhile', most / MIB, 8, 'MiB'),
        found('others dropped', 4 - network.at(0).length, 0, ''),
      ]
    } finally {
      reader?.terminate()
      await network.end()
    }
  },
}
