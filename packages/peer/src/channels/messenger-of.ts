import { systemClock } from '@pigeon/transport/system'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { MessageError } from './message-error.ts'
import { Messenger } from './messenger.ts'

const messengers = new WeakMap<PigeonMesh, Messenger>()

/**
 * The messenger that all channels and calls of a mesh share; made at first use.
 * @throws MessageError `CLOSED`
 */
export function messengerOf(mesh: PigeonMesh): Messenger {
  if (mesh.closed) throw new MessageError('CLOSED', 'the mesh is closed')
  const existing = messengers.get(mesh)
  if (existing !== undefined) return existing
  const transport = mesh.open('pigeon/messages/1')
  const messenger = new Messenger({ transport, routed: mesh.routed, clock: systemClock })
  mesh.on('closed', () => messenger.close())
  messengers.set(mesh, messenger)
  return messenger
}
