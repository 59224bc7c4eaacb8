import { Replicator, Space, SpaceError, type SpaceOptions } from '@pigeon/crdt-storage'
import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { SimulatedNetwork } from '@pigeon/simulator'
import { TestDisk } from '@pigeon/store/testing'
import type { PeerId } from '@pigeon/xor'
import type * as Y from 'yjs'
import type { Dice } from './dice.ts'
import { ShakyTransport } from './shaky-transport.ts'

/** How often replicas compare in a trial, ms. */
export const COMPARE_MS = 5000

/** Somebody with a disk, who may crash and come back. */
export class Member {
  readonly id: PeerId
  readonly keys: Keys
  readonly #network: SimulatedNetwork
  readonly #dice: Dice
  readonly #disk = new TestDisk()
  readonly #isShaky: () => boolean
  /** Every number it ever signed, by the entry: two for one would be an equivocation. */
  readonly #signed = new Map<string, string>()
  #space: Space | undefined
  #replicator: Replicator | undefined

  static async make(
    id: PeerId,
    network: SimulatedNetwork,
    dice: Dice,
    isShaky: () => boolean,
  ): Promise<Member> {
    const keys = await Keys.generate(systemCrypto, network.host(id).random)
    return new Member(id, keys, network, dice, isShaky)
  }

  private constructor(
    id: PeerId,
    keys: Keys,
    network: SimulatedNetwork,
    dice: Dice,
    isShaky: () => boolean,
  ) {
    this.id = id
    this.keys = keys
    this.#network = network
    this.#dice = dice
    this.#isShaky = isShaky
  }

  get space(): Space {
    if (this.#space === undefined) throw new Error('it has not begun')
    return this.#space
  }

  /** Begins, with a space of its own or with somebody's. */
  async begin(of?: Space): Promise<void> {
    const options = this.#options()
    const space =
      of === undefined
        ? await Space.create({}, options)
        : await Space.join(of.id, of.genesis, options)
    this.#run(space)
  }

  /** Loses what its disk was not told to keep, and comes back. */
  async crash(): Promise<void> {
    this.#replicator?.close()
    this.#note()
    this.#disk.crash()
    this.#network.host(this.id).restart()
    const space = await Space.load(this.#options())
    if (space === undefined) throw new Error('the disk lost the space')
    this.#run(space)
  }

  /** Does something an application might. What is not allowed is refused, and that is all. */
  async act(others: readonly Member[]): Promise<void> {
    const { space } = this
    const dice = this.#dice
    try {
      const kind = dice.below(20)
      if (kind < 6) await space.set(`key ${dice.below(10)}`, Uint8Array.of(dice.below(256)))
      else if (kind < 8) await space.increment('count', 1 + dice.below(9))
      else if (kind < 10) await space.add('set', Uint8Array.of(dice.below(20)))
      else if (kind < 11) await space.remove('set', Uint8Array.of(dice.below(20)))
      else if (kind < 16) await this.#edit()
      else if (kind < 17) await space.grant(dice.pick(others).keys, dice.pick(['read', 'write']))
      else if (kind < 18) await space.grant(dice.pick(others).keys, 'admin')
      else if (kind < 19) await space.revoke(hex(dice.pick(others).keys.key))
      else await space.revoke(hex(dice.pick(others).keys.key), 'read')
    } catch (error) {
      if (error instanceof SpaceError || error instanceof RangeError) return
      throw error
    }
  }

  /** Everything somebody can see here, as a text that is equal for equal content. */
  describe(): string {
    const { space } = this
    const { authority } = space.log
    const ends = [...authority.ends].map(({ statement }) => statement.id).sort()
    const accepted = [...authority.accepted].map(({ statement }) => statement.id).sort()
    const keys = space.keys.sort().map((name) => `${name}=${space.get(name)?.join()}`)
    const elements = space.elements('set').map((element) => element.join())
    const text = (space.doc('doc') as Y.Doc).getText().toString()
    return JSON.stringify({ ends, accepted, keys, elements, count: space.count('count'), text })
  }

  /** Entries only: what is equal for whoever cannot read. */
  get entries(): number {
    return this.space.log.authority.size
  }

  /** @throws Error if it signed two entries under one number */
  checkNumbers(): void {
    this.#note()
  }

  async #edit(): Promise<void> {
    const text = (this.space.doc('doc') as Y.Doc).getText()
    const at = this.#dice.below(text.length + 1)
    if (text.length > 4 && this.#dice.chance(0.3)) text.delete(Math.min(at, text.length - 2), 2)
    else text.insert(at, 'abcdefgh'.slice(0, 1 + this.#dice.below(8)))
    await this.space.flush()
  }

  #run(space: Space): void {
    const { clock, random } = this.#network.host(this.id)
    const transport = new ShakyTransport(this.#network.transport(this.id), {
      dice: this.#dice,
      isShaky: this.#isShaky,
      after: (ms, run) => clock.after(ms, run),
    })
    this.#replicator = new Replicator({ transport, clock, random, compareMs: COMPARE_MS })
    this.#replicator.add(space)
    this.#space = space
  }

  #note(): void {
    const { log, me } = this.space
    for (const { statement } of log.authority.nodes) {
      if (statement.author !== me) continue
      const number = `${statement.via}/${statement.seq}`
      const known = this.#signed.get(number)
      if (known !== undefined && known !== statement.id) throw new Error(`two of ${number}`)
      this.#signed.set(number, statement.id)
    }
  }

  #options(): SpaceOptions {
    const { clock, random } = this.#network.host(this.id)
    const store = this.#disk.open()
    return { author: this.keys, crypto: systemCrypto, clock, random, store, engine: yjsEngine }
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
