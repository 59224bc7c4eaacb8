import type { Random } from '@pigeon/transport'
import type { Node } from '../authority/node.ts'
import type { Role } from '../authority/role.ts'
import { isData } from '../authority/statement.ts'
import type { Content } from '../entry/content.ts'
import type { Entry, Place } from '../entry/entry.ts'
import {
  encodeHead,
  encodePlace,
  encodeRest,
  type Names,
  readEntry,
  signedBytes,
} from '../entry/entry-format.ts'
import { MAX_ACL_BYTES, MAX_ENTRY_BYTES, MAX_NAMED } from '../entry/limits.ts'
import { SpaceError } from '../errors.ts'
import { type Data, encodeData } from '../fold/items.ts'
import type { Author } from '../keys/author.ts'
import type { Keyring } from '../keys/keyring.ts'
import { keyAt, sealBody } from '../keys/sealed-body.ts'
import type { Log, Taken } from '../log/log.ts'
import type { Rows } from './rows.ts'

/** What the {@link Writer} of a space works with. */
export interface WriterParts {
  readonly log: Log
  readonly ring: Keyring
  readonly author: Author
  /** The author's key as hex. */
  readonly me: string
  readonly random: Random
  readonly rows: Rows | undefined
}

/** Where the next own entry goes. */
interface Spot {
  readonly via: Node
  readonly place: Place
  readonly names: Names
}

/** Makes own entries: each names all its author holds valid and accepted, and is kept before it is told. */
export class Writer {
  readonly #parts: WriterParts

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** @throws SpaceError if nobody gave this author the role */
  async write(content: Content, needed: Role): Promise<Taken[]> {
    const { via } = this.#spot(needed)
    const taken = await this.#nameAll(via)
    return [...taken, ...(await this.#append(content, this.#spot(needed)))]
  }

  /** Seals data and writes it. */
  async writeData(data: Data): Promise<Taken[]> {
    const { via } = this.#spot('write')
    const taken = await this.#nameAll(via)
    return [...taken, ...(await this.#appendData(data))]
  }

  /** With more heads than an entry can name, entries without content name them first. */
  async #nameAll(via: Node): Promise<Taken[]> {
    const taken: Taken[] = []
    const { log } = this.#parts
    while (log.authority.heads.size > MAX_NAMED && canWrite(via, log)) {
      taken.push(...(await this.#appendData({ session: 0, items: [] })))
    }
    return taken
  }

  /** Seals and writes content of another kind. */
  async writeSealed(kind: 'snapshot' | 'attest', bytes: Uint8Array): Promise<Taken[]> {
    const { via } = this.#spot('write')
    const taken = await this.#nameAll(via)
    return [...taken, ...(await this.#appendSealed(kind, bytes))]
  }

  #appendData(data: Data): Promise<Taken[]> {
    return this.#appendSealed('data', encodeData(data))
  }

  async #appendSealed(kind: 'data' | 'snapshot' | 'attest', bytes: Uint8Array): Promise<Taken[]> {
    const { log, ring, me, random } = this.#parts
    const spot = this.#spot('write')
    let body = bytes
    if (log.genesis.content.isPrivate) {
      const header = [encodePlace(spot.place), encodeHead(kind, spot.names)]
      const place = { space: log.space, author: me, header, view: log.authority.view }
      const key = keyAt(ring, place)
      if (key === undefined) throw new SpaceError('NO_KEY', 'the keys of this space are not here')
      body = await sealBody(body, key, place, random)
    }
    return this.#append({ kind, body }, spot)
  }

  async #append(content: Content, { place, names }: Spot): Promise<Taken[]> {
    const { log, author, rows, me } = this.#parts
    const rest = encodeRest(names, content)
    const max = 'body' in content ? MAX_ENTRY_BYTES : MAX_ACL_BYTES
    if (rest.length > max) throw new SpaceError('TOO_LARGE', `${rest.length} bytes, limit ${max}`)
    const unsigned = readEntry(log.space, place, rest, undefined)
    // Before it is kept: a number that was kept is used.
    const fault = log.authority.judge(unsigned)
    if (fault !== undefined) throw new SpaceError('NOT_ALLOWED', `refused by the rules: ${fault}`)
    const signature = await author.sign(signedBytes(unsigned.id))
    const entry: Entry = { ...unsigned, signature }
    try {
      await rows?.keepOwn(entry, `${me}/${entry.via}`)
    } catch (cause) {
      throw new SpaceError('STORE', 'it could not be kept, so it was not written', { cause })
    }
    return log.take(entry, '')
  }

  #spot(needed: Role): Spot {
    const { log, me } = this.#parts
    const { authority } = log
    const via = authority.view.grantOf(me, needed)
    if (via === undefined) throw new SpaceError('NOT_ALLOWED', `this needs the role ${needed}`)
    const viaId = via.statement.id
    const prev = log.tip(me, viaId)
    if (prev !== undefined && isData(prev.statement) && !authority.accepted.has(prev)) {
      throw new SpaceError(
        'NOT_ALLOWED',
        'this author said two things at once: it needs a new grant',
      )
    }
    return {
      via,
      place: {
        author: me,
        via: via.via === undefined ? undefined : viaId,
        seq: prev === undefined ? 0 : prev.statement.seq + 1,
        prev: prev?.statement.id,
      },
      names: { acl: this.#newAcl(prev), deps: this.#newData(prev) },
    }
  }

  #newAcl(prev: Node | undefined): string[] {
    return this.#parts.log.authority.view.heads
      .filter((node) => node !== prev && prev?.aclPast.has(node.aclNumber) !== true)
      .slice(0, MAX_NAMED)
      .map(({ statement }) => statement.id)
  }

  #newData(prev: Node | undefined): string[] {
    return [...this.#parts.log.authority.heads]
      .filter((node) => node !== prev)
      .slice(0, MAX_NAMED)
      .map(({ statement }) => statement.id)
  }
}

function canWrite(via: Node, { authority }: Log): boolean {
  const role = authority.view.roleOf(via)
  return role === 'write' || role === 'admin'
}
