// One document for a whole network: it is found by asking around, and whoever has it lets others in. JavaScript, since
// the program beside the hub keeps it, too.
import { Replicator, Space } from '@pigeon/crdt-storage'
import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { systemCrypto } from '@pigeon/identity/system'
import { openChannel } from '@pigeon/peer/channels'
import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'

/** How long to listen for somebody who has the document, ms. */
const FIND_MS = 1500

/** How often somebody is asked to let us in, ms, and how many times. */
const ASK_MS = 1500
const MAX_ASKS = 20

/** A genesis is at most so large, bytes. */
const MAX_GENESIS = 4096

/**
 * @typedef {{ kind: 'who' } | { kind: 'let me in', space: string } | { kind: 'here', space: string, genesis: Uint8Array }} Note
 */

/** The document of a network, as this peer sees it. */
export class SharedDocument {
  #mesh
  #channel
  #replicator
  #world
  /** @type {Space | undefined} */
  #space
  /** @type {(() => void) | undefined} */
  #stopReplication
  /** @type {Set<() => void>} */
  #listeners = new Set()
  /** @type {Map<string, { from: string, genesis: Uint8Array }>} */
  #found = new Map()

  /** @param {import('@pigeon/peer').PigeonMesh} mesh */
  constructor(mesh) {
    this.#mesh = mesh
    const author = mesh.identity.user ?? mesh.identity
    this.#world = { author, crypto: systemCrypto, clock, random, engine: yjsEngine }
    const transport = mesh.open('pigeon/storage/1', 'bulk')
    this.#replicator = new Replicator({ transport, clock, random, gossip: mesh.gossip })
    /** @type {import('@pigeon/peer/channels').Channel<Note>} */
    this.#channel = openChannel(mesh, 'demo/document')
    this.#channel.on('value', ({ from, value }) => void this.#heard(from, value).catch(() => {}))
    mesh.on('closed', () => this.#replicator.close())
  }

  /** Finds the document, or makes it where nobody has it. */
  async open() {
    this.#channel.publish({ kind: 'who' })
    await wait(FIND_MS)
    const [first] = [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1))
    if (first === undefined) {
      this.#enter(await Space.create({}, this.#world))
      this.#tellAll()
    } else {
      const [id, { from, genesis }] = first
      await this.#join(id, from, genesis)
    }
  }

  /** The text, once this peer may see it; another object after `changed` said so. */
  get text() {
    if (this.#space === undefined) return undefined
    const doc = /** @type {import('yjs').Doc} */ (this.#space.doc('notes'))
    return doc.getText('body')
  }

  /** Whether this peer may write. */
  get isOpen() {
    return this.#space?.role === 'admin' || this.#space?.role === 'write'
  }

  /** How many people share it. */
  get members() {
    return this.#space?.members.size ?? 0
  }

  /** Whether changes go to others, and come from them. */
  get isOnline() {
    return this.#stopReplication !== undefined
  }

  /** Stops to replicate, or goes on, after which both sides have all changes. @param {boolean} isOnline */
  setOnline(isOnline) {
    if (this.#space === undefined || isOnline === this.isOnline) return
    if (isOnline) this.#stopReplication = this.#replicator.add(this.#space)
    else {
      this.#stopReplication?.()
      this.#stopReplication = undefined
    }
    this.#changed()
  }

  /** Calls back whenever anything above changed. @param {() => void} listener */
  onChange(listener) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @param {string} from @param {Note} note */
  async #heard(from, note) {
    if (note?.kind === 'here') {
      if (!isHere(note)) return
      this.#found.set(note.space, { from, genesis: note.genesis })
      for (const id of this.#found.keys()) if (this.#found.size > 16) this.#found.delete(id)
      const mine = this.#space
      // Two made one at the same moment: that of the smaller id stays.
      if (mine !== undefined && mine.members.size === 1 && note.space < mine.id) {
        this.setOnline(false)
        await this.#join(note.space, from, note.genesis)
      }
    } else if (this.#space === undefined) {
      return
    } else if (note?.kind === 'who' && this.isOpen) {
      await this.#channel.send(from, this.#here(this.#space))
    } else if (note?.kind === 'let me in' && note.space === this.#space.id) {
      await this.#letIn(from)
    }
  }

  /** @param {string} peer */
  async #letIn(peer) {
    const card = await this.#mesh.cardOf(peer)
    const member = card?.user ?? card
    if (member === undefined || this.#space?.members.has(bytesToHex(member.key))) return
    await this.#space?.grant(member, 'admin')
  }

  /** @param {string} id @param {string} from @param {Uint8Array} genesis */
  async #join(id, from, genesis) {
    const space = await Space.join(id, genesis, this.#world)
    this.#mesh.connectToPeer(from)
    this.#enter(space)
    for (let asks = 0; asks < MAX_ASKS && !this.isOpen && !this.#mesh.closed; asks++) {
      await this.#channel.send(from, { kind: 'let me in', space: id }).catch(() => {})
      await wait(ASK_MS)
    }
  }

  /** @param {Space} space */
  #enter(space) {
    this.#space = space
    for (const event of /** @type {const} */ (['changed', 'replaced', 'member', 'lost'])) {
      space.on(event, () => this.#changed())
    }
    this.#stopReplication = this.#replicator.add(space)
    this.#changed()
  }

  #tellAll() {
    if (this.#space !== undefined) this.#channel.publish(this.#here(this.#space))
  }

  /** @param {Space} space @returns {Note} */
  #here(space) {
    return { kind: 'here', space: space.id, genesis: space.genesis }
  }

  #changed() {
    for (const listener of this.#listeners) listener()
  }
}

/** @param {Extract<Note, { kind: 'here' }>} note */
function isHere({ space, genesis }) {
  return (
    /^[0-9a-f]{64}$/.test(space) && genesis instanceof Uint8Array && genesis.length < MAX_GENESIS
  )
}

/** @param {Uint8Array} bytes */
const bytesToHex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** @param {number} ms @returns {Promise<void>} */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
