import { useState, useSyncExternalStore } from 'react'
import type { JoinOptions } from '../options.ts'
import { joinStore, type MeshSnapshot } from '../snapshot/join-store.ts'

/**
 * Joins a network as long as the component is there, and shows it. Components that ask for the same
 * network with equal options share one peer; StrictMode makes no second one.
 * @param network its name, as at the first render: give the component another `key` for another one
 * @param options of `joinMesh`, as at the first render
 * @example
 * const { status, peers, mesh } = useMesh('demo', { hubs: ['ws://localhost:3000'] })
 */
export function useMesh(network: string, options: JoinOptions): MeshSnapshot {
  const [store] = useState(() => joinStore(network, options))
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot)
}
