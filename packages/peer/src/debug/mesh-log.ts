import type { Unsubscribe } from '@pigeon/transport'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { describeEvent, type EventName } from './describe-event.ts'

/** A part of a mesh whose log may be turned on. */
export type LogModule = 'signaling' | 'discovery' | 'links' | 'messages' | 'mesh'

/** Which events each of them tells of. */
const EVENTS: Readonly<Record<LogModule, readonly EventName[]>> = {
  signaling: ['connected', 'disconnected'],
  discovery: ['peerDiscovered'],
  links: [
    'peerConnected',
    'peerDisconnected',
    'peerFailed',
    'peerReconnecting',
    'peerReconnected',
    'peerEvicted',
  ],
  messages: ['messageReceived', 'messageDelivered', 'messageFailed'],
  mesh: ['warning', 'closed'],
}

/** All {@link LogModule}s. */
export const LOG_MODULES: readonly LogModule[] = Object.keys(EVENTS) as LogModule[]

/**
 * What a mesh does, on the console, by module. Silent until a module is enabled; of messages it says
 * who, how large and which way, never what they hold.
 */
export class MeshLog {
  readonly #mesh: Pick<PigeonMesh, 'on'>
  readonly #enabled = new Map<LogModule, readonly Unsubscribe[]>()

  constructor(mesh: Pick<PigeonMesh, 'on'>) {
    this.#mesh = mesh
  }

  isEnabled(module: LogModule): boolean {
    return this.#enabled.has(module)
  }

  /** @throws RangeError that names the modules there are */
  enable(...modules: readonly LogModule[]): void {
    for (const module of modules) {
      const names = EVENTS[module] as readonly EventName[] | undefined
      if (names === undefined) {
        throw new RangeError(`log modules are ${LOG_MODULES.join(', ')}, got ${String(module)}`)
      }
      if (this.#enabled.has(module)) continue
      const listen = (name: EventName) =>
        this.#mesh.on(name, (event?: object) => {
          console.info(`[pigeon ${module}] ${name}`, describeEvent(event))
        })
      this.#enabled.set(module, names.map(listen))
    }
  }

  disable(...modules: readonly LogModule[]): void {
    for (const module of modules) {
      for (const off of this.#enabled.get(module) ?? []) off()
      this.#enabled.delete(module)
    }
  }
}

const logs = new WeakMap<object, MeshLog>()

/** The log of a mesh, the same for all who ask. */
export function logOf(mesh: Pick<PigeonMesh, 'on'>): MeshLog {
  const log = logs.get(mesh) ?? new MeshLog(mesh)
  logs.set(mesh, log)
  return log
}
