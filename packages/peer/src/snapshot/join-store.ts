import type { Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { joinMesh } from '../join.ts'
import type { JoinOptions } from '../options.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'

/** What a page shows of a network. A new one whenever something is different, never changed. */
export interface MeshSnapshot {
  /** `idle` until somebody subscribes; `failed` with an {@link error}. */
  readonly status: 'idle' | 'joining' | 'joined' | 'failed'
  /** Once it is joined. */
  readonly mesh: PigeonMesh | undefined
  readonly peerId: PeerId | undefined
  /** Whether a hub is connected; links stay up without one. */
  readonly online: boolean
  /** Peers with a direct link, sorted. */
  readonly peers: readonly PeerId[]
  /** Why it could not be joined. */
  readonly error: Error | undefined
}

/** A network as a store that any framework can follow: two functions that need no `this`. */
export interface MeshStore {
  /** Calls `changed` after each change. The first subscriber joins the network, the last one leaves it. */
  readonly subscribe: (changed: () => void) => Unsubscribe
  readonly getSnapshot: () => MeshSnapshot
}

const IDLE: MeshSnapshot = {
  status: 'idle',
  mesh: undefined,
  peerId: undefined,
  online: false,
  peers: [],
  error: undefined,
}

/**
 * A network to show. It joins with the first subscriber and leaves when there is none at the end of
 * a turn of the event loop, so a component that is taken out and put back at once keeps its peer.
 * @param network as of `joinMesh`, with which it shares the peer
 */
export function joinStore(network: string, options: JoinOptions): MeshStore {
  const listeners = new Set<() => void>()
  let snapshot = IDLE
  let leave: (() => void) | undefined

  const set = (changes: Partial<MeshSnapshot>): void => {
    snapshot = { ...snapshot, ...changes }
    for (const changed of [...listeners]) changed()
  }

  const join = (): (() => void) => {
    let joined: PigeonMesh | undefined
    let hasLeft = false
    const subscriptions: Unsubscribe[] = []
    const follow = (mesh: PigeonMesh): void => {
      joined = mesh
      if (hasLeft) {
        void mesh.close()
        return
      }
      const look = (): void => set({ peers: [...mesh.peers].sort() })
      subscriptions.push(
        mesh.on('peerConnected', look),
        mesh.on('peerDisconnected', look),
        mesh.on('connected', () => set({ online: true })),
        mesh.on('disconnected', () => set({ online: false })),
      )
      const { peerId } = mesh
      set({ status: 'joined', mesh, peerId, online: true, peers: [...mesh.peers].sort() })
    }
    set({ ...IDLE, status: 'joining' })
    joinMesh(network, options).then(follow, (error: Error) => {
      if (!hasLeft) set({ status: 'failed', error })
    })
    return () => {
      hasLeft = true
      for (const unsubscribe of subscriptions) unsubscribe()
      snapshot = IDLE
      void joined?.close()
    }
  }

  return {
    subscribe(changed) {
      // One function may subscribe twice.
      const listener = (): void => changed()
      listeners.add(listener)
      leave ??= join()
      return () => {
        listeners.delete(listener)
        queueMicrotask(() => {
          if (listeners.size > 0) return
          leave?.()
          leave = undefined
        })
      }
    },
    getSnapshot: () => snapshot,
  }
}
