import { PigeonMesh } from '@pigeon/peer'
import type { BenchRow } from '../table.ts'
import { freePort, HubProgram } from './hub-program.ts'

const PEERS = 6

/** Links between peers while their hub is killed, away for a while, and started again. */
export async function links(): Promise<BenchRow[]> {
  const port = await freePort()
  const hub = await HubProgram.start(port)
  const peers = Array.from({ length: PEERS }, () => new PigeonMesh('net', { hubs: [hub.url] }))
  await Promise.all(peers.map((peer) => peer.connect()))
  await Promise.all(peers.map((peer) => peer.whenPeers(PEERS - 1)))
  let lost = 0
  for (const peer of peers) peer.on('peerDisconnected', () => lost++)
  await hub.signal('SIGKILL')
  const back = Promise.all(
    peers.map((peer) => new Promise<void>((resolve) => peer.on('connected', () => resolve()))),
  )
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const again = await HubProgram.start(port)
  await back
  const heard = peers
    .slice(1)
    .map((peer) => new Promise<void>((resolve) => peer.on('messageReceived', () => resolve())))
  peers[0]?.sendMessage('still here')
  await Promise.all(heard)
  await Promise.all(peers.map((peer) => peer.close()))
  await again.signal('SIGTERM')
  return [
    {
      metric: `kill -9 and restart, ${PEERS} peers with ${(PEERS * (PEERS - 1)) / 2} links: links lost`,
      ours: lost,
      unit: '',
      goal: { atMost: 0 },
    },
  ]
}
