import type { PigeonMesh } from '../pigeon-mesh.ts'
import { Channels } from './channels.ts'
import type { Messenger } from './messenger.ts'
import { messengerOf } from './messenger-of.ts'

const all = new WeakMap<Messenger, Channels>()

/** The channels of a mesh. @throws MessageError `CLOSED` */
export function channelsOf(mesh: PigeonMesh): Channels {
  const messenger = messengerOf(mesh)
  const channels = all.get(messenger) ?? new Channels(messenger)
  all.set(messenger, channels)
  return channels
}
