import { Space, type SpaceOptions } from '@pigeon/crdt-storage'
import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { systemClock, systemRandom } from '@pigeon/transport/system'

/** Options of somebody new, who writes edits when told to. */
export async function somebody(more: Partial<SpaceOptions> = {}): Promise<SpaceOptions> {
  const { crypto = systemCrypto } = more
  return {
    author: await Keys.generate(crypto, systemRandom),
    crypto,
    clock: systemClock,
    random: systemRandom,
    engine: yjsEngine,
    batchMs: 60_000,
    batchEdits: 10_000,
    sourceRate: 1_000_000,
    ...more,
  }
}

/** A replica of somebody else that took these runs. */
export async function replica(
  space: Space,
  options: SpaceOptions,
  runs: readonly Uint8Array[],
): Promise<Space> {
  const joined = await Space.join(space.id, space.genesis, options)
  for (const run of runs) await joined.receive(run, 'bench')
  return joined
}
