import { PeerPigeonMesh } from '@pigeon/peerpigeon'
import { PeerPigeonProcess } from '../child.ts'
import type { Keeper } from './keeper.ts'

/** The storage of npm `peerpigeon`, in a process of its own. */
export function theirKeeper(): Keeper {
  const child = new PeerPigeonProcess('peer')
  let peerId = ''
  const call = (method: string, ...args: unknown[]) => child.call('storage', method, ...args)
  return {
    async join(url, network, wanted) {
      peerId = await child.call('join', url, network, wanted)
    },
    id: () => peerId,
    owner: () => peerId,
    links: () => child.call('links'),
    store: (key, value, options = {}) => call('store', key, value, options),
    retrieve: (key) => call('retrieve', key),
    update: (key, value) => call('update', key, value),
    delete: (key) => call('delete', key),
    grant: (key, to) => call('grantAccess', key, to),
    revoke: (key, from) => call('revokeAccess', key, from),
    end: async () => child.end(),
  }
}

/** The same names of `@pigeon/peerpigeon`, in this process. */
export function ourKeeper(): Keeper {
  let mesh: PeerPigeonMesh | undefined
  const joined = (): PeerPigeonMesh => {
    if (mesh === undefined) throw new Error('not joined yet')
    return mesh
  }
  const storage = () => joined().distributedStorage
  return {
    async join(url, networkName) {
      mesh = new PeerPigeonMesh({ networkName })
      await mesh.init()
      await mesh.connect(url)
      await storage().enable()
    },
    id: () => joined().peerId as string,
    owner: () => Buffer.from(joined().pigeon.identity.key).toString('hex'),
    links: async () => joined().getPeers(),
    store: (key, value, options) => storage().store(key, value, options),
    retrieve: (key, owner) => storage().retrieve(key, owner === undefined ? {} : { owner }),
    update: (key, value, owner) =>
      storage().update(key, value, owner === undefined ? {} : { owner }),
    delete: (key) => storage().delete(key),
    grant: (key, to, role) => storage().grantAccess(key, to, role),
    revoke: (key, from) => storage().revokeAccess(key, from),
    end: async () => void (await mesh?.disconnect()),
  }
}
