import { checkPeers, type Settings } from './options.ts'
import type { Session } from './session.ts'

/** Changes the settings of a mesh, and those of the network it is in. */
export class LiveSettings {
  readonly #settings: Settings
  readonly #session: Pick<Session, 'mesh' | 'network' | 'status'>

  constructor(settings: Settings, session: Pick<Session, 'mesh' | 'network' | 'status'>) {
    this.#settings = settings
    this.#session = session
  }

  setMaxPeers(maxPeers: number): number {
    this.#settings.maxPeers = checkPeers('maxPeers', maxPeers, 1, 50)
    if (this.#settings.minPeers > maxPeers) this.setMinPeers(maxPeers)
    this.#session.network?.setMaxPeers(maxPeers)
    this.#tell('maxPeers')
    return maxPeers
  }

  setMinPeers(minPeers: number): number {
    checkPeers('minPeers', minPeers, 0, 49)
    this.#settings.minPeers = Math.min(minPeers, this.#settings.maxPeers)
    this.#session.mesh?.setMinPeers(this.#settings.minPeers)
    this.#tell('minPeers')
    return this.#settings.minPeers
  }

  setAutoDiscovery(enabled: boolean): void {
    this.#switch('autoDiscovery', enabled)
    this.#session.network?.setAutoDiscovery(enabled && this.#settings.autoConnect)
  }

  setAutoConnect(enabled: boolean): void {
    this.#switch('autoConnect', enabled)
    this.#session.network?.setAutoDiscovery(enabled && this.#settings.autoDiscovery)
  }

  setEvictionStrategy(enabled: boolean): void {
    this.#switch('evictionStrategy', enabled)
    this.#session.mesh?.setEvictionStrategy(enabled)
  }

  setXorRouting(enabled: boolean): void {
    this.#switch('xorRouting', enabled)
    this.#session.mesh?.setXorRouting(enabled)
  }

  #switch(
    name: 'autoDiscovery' | 'autoConnect' | 'evictionStrategy' | 'xorRouting',
    on: boolean,
  ): void {
    if (typeof on !== 'boolean') throw new TypeError(`${name} is true or false, got ${on}`)
    this.#settings[name] = on
    this.#tell(name)
  }

  #tell(name: keyof Settings): void {
    this.#session.status('setting', `${name} is ${this.#settings[name]}`)
  }
}
