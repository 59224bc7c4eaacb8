import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { CryptoEngine } from '@pigeon/identity'
import { isReceivingKey, isSigningKey } from '@pigeon/identity'
import type { Random } from '@pigeon/transport'
import { levelOf } from '../authority/node.ts'
import { includesRole, type Role } from '../authority/role.ts'
import type { Content } from '../entry/content.ts'
import type { Epoch } from '../entry/epoch-format.ts'
import { MAX_MEMBERS } from '../entry/limits.ts'
import { SpaceError } from '../errors.ts'
import type { Member } from '../keys/author.ts'
import { type KeyMaker, makeEpoch, sealKeys } from '../keys/epochs.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openKeyIds } from '../keys/sealed-body.ts'
import type { Log } from '../log/log.ts'

/** Makes what changes access: who may what, and with which keys. */
export class Access {
  readonly #log: Log
  readonly #ring: Keyring
  readonly #me: string
  readonly #maker: KeyMaker

  /** @param me the author's key as hex */
  constructor(
    log: Log,
    ring: Keyring,
    me: string,
    { crypto, random }: { crypto: CryptoEngine; random: Random },
  ) {
    this.#log = log
    this.#ring = ring
    this.#me = me
    this.#maker = { crypto, random, nonce: log.genesis.content.nonce }
  }

  /** A grant that brings the keys of all open epochs along. */
  async grant(member: Member, role: Role): Promise<Content> {
    requireKeys(member)
    const { key, receivingKey } = member
    const needsKeys = this.#isPrivate && includesRole(role, 'read')
    const envelope = needsKeys
      ? await sealKeys(this.#maker, member, [...this.#openKeys().values()])
      : new Uint8Array(0)
    return { kind: 'grant', who: bytesToHex(key), receivingKey, role, envelope }
  }

  /** A revoke, with a fresh key for all who may still read. */
  async revoke(who: string, leave: Role | undefined): Promise<Content> {
    if (this.#outranks(who)) {
      throw new SpaceError(
        'NOT_ALLOWED',
        'only who is nearer to the creator can revoke this member',
      )
    }
    const receivingKey = leave === undefined ? undefined : this.receivingKeyOf(who)
    const epoch = this.#isPrivate ? await this.#fresh(who, leave) : undefined
    return { kind: 'revoke', who, leave, receivingKey, epoch }
  }

  /** Leaving, wholly or to a weaker role; an admin answers it with a revoke. */
  leave(who: string, leave: Role | undefined): Content {
    const receivingKey = leave === undefined ? undefined : this.receivingKeyOf(who)
    return { kind: 'revoke', who, leave, receivingKey, epoch: undefined }
  }

  /** A fresh key for all who may read, after which there is one epoch. */
  async rotate(): Promise<Content> {
    return { kind: 'rotate', epoch: await this.#fresh(undefined, undefined) }
  }

  /** Keys for a member that asks for some; those it may have and that are here. */
  async share(who: string, keyIds: readonly string[]): Promise<Uint8Array | undefined> {
    if (!canRead(this.#log.authority.view.roleOfMember(who))) return undefined
    const keys = keyIds.flatMap((id) => this.#ring.get(id) ?? [])
    if (keys.length === 0) return undefined
    const member = { key: new Uint8Array(32), receivingKey: this.receivingKeyOf(who) }
    return sealKeys(this.#maker, member, keys)
  }

  /** Where keys for a member are sealed to, as the last grant to it says. */
  receivingKeyOf(who: string): Uint8Array {
    const { authority, genesis } = this.#log
    for (const { statement } of authority.view.grants(who).reverse()) {
      const content = this.#log.get(statement.id)?.content
      if (content !== undefined && 'receivingKey' in content && content.receivingKey) {
        return content.receivingKey
      }
    }
    if (who === genesis.author) return genesis.content.receivingKey
    throw new SpaceError('UNKNOWN', `${who} is no member`)
  }

  get #isPrivate(): boolean {
    return this.#log.genesis.content.isPrivate
  }

  async #fresh(without: string | undefined, leave: Role | undefined): Promise<Epoch> {
    const { view } = this.#log.authority
    const members = view.members
      .filter((who) => canRead(view.roleOfMember(who)))
      .filter((who) => who !== without || canRead(leave) || this.#outlasts(who))
      .map((who) => ({ key: hexToBytes(who), receivingKey: this.receivingKeyOf(who) }))
    if (members.length > MAX_MEMBERS) throw new SpaceError('FULL', `${MAX_MEMBERS} members at most`)
    const { epoch, key } = await makeEpoch(this.#maker, members, this.#openKeys())
    this.#ring.learn(bytesToHex(epoch.keyId), key)
    return epoch
  }

  /** Whether a member reads on after this author revoked it: by a grant of somebody nearer to the creator. */
  #outlasts(who: string): boolean {
    const { view } = this.#log.authority
    const mine = view.grantOf(this.#me, 'admin')
    if (mine === undefined) return false
    return view
      .grants(who)
      .some((each) => levelOf(each) <= levelOf(mine) && canRead(view.roleOf(each)))
  }

  /** Whether no grant of a member is further from the creator than this author. */
  #outranks(who: string): boolean {
    const { view } = this.#log.authority
    const mine = view.grantOf(this.#me, 'admin')
    const grants = view.grants(who)
    return (
      mine !== undefined &&
      grants.length > 0 &&
      grants.every((each) => levelOf(each) <= levelOf(mine))
    )
  }

  #openKeys(): Map<string, Uint8Array> {
    const ids = openKeyIds(this.#log.authority.view)
    return new Map(
      ids.map((id) => {
        const key = this.#ring.get(id)
        if (key === undefined) throw new SpaceError('NO_KEY', 'the keys of this space are not here')
        return [id, key]
      }),
    )
  }
}

function requireKeys({ key, receivingKey }: Member): void {
  if (!isSigningKey(key) || !isReceivingKey(receivingKey)) {
    throw new RangeError('a member has a signing and a receiving key that are accepted')
  }
}

function canRead(role: Role | undefined): boolean {
  return role !== undefined && includesRole(role, 'read')
}
