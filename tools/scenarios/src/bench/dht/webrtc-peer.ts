import { joinMesh } from '@pigeon/peer'
import { type DhtTable, openDht } from '@pigeon/peer/dht'

/** What a peer can be told, in a process or in a tab. */
export type WebRtcCommands = {
  join(hub: string): Promise<void>
  links(): number
  /** @returns ms it took, -1 if it failed */
  put(name: string, value: string): Promise<number>
  /** @returns what was there, and ms it took */
  get(name: string): Promise<{ value: unknown; ms: number }>
}

/** Commands for the one peer of this process or page. */
export function webRtcPeer(): WebRtcCommands {
  let table: DhtTable
  let links = () => 0
  return {
    async join(hub) {
      const mesh = await joinMesh('bench', { hubs: [hub] })
      table = openDht(mesh)
      links = () => mesh.peers.size
    },
    links: () => links(),
    async put(name, value) {
      const from = performance.now()
      try {
        await table.put(name, value, { anybody: true })
        return performance.now() - from
      } catch {
        return -1
      }
    },
    async get(name) {
      const from = performance.now()
      try {
        const entry = await table.get(name, { owner: 'anybody' })
        return { value: entry?.value ?? null, ms: performance.now() - from }
      } catch {
        return { value: null, ms: performance.now() - from }
      }
    },
  }
}
