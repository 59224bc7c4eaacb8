import { Emitter, wholeNumber } from '@pigeon/transport'
import { isDataNode } from '../authority/node.ts'
import { includesRole, type Role } from '../authority/role.ts'
import { Batcher } from '../documents/batcher.ts'
import { clientId } from '../documents/client-id.ts'
import { Documents } from '../documents/documents.ts'
import type { Entry } from '../entry/entry.ts'
import { encodeRun } from '../entry/run.ts'
import { SpaceError } from '../errors.ts'
import type { Contents, ContentsHooks } from '../fold/contents.ts'
import { learnEpoch, openKeys } from '../keys/epochs.ts'
import { openKeyIds } from '../keys/sealed-body.ts'
import type { Taken } from '../log/log.ts'
import type { SpaceEvents } from './events.ts'
import { frozenValue } from './genesis.ts'
import type { SpaceOptions } from './options.ts'
import { makeContents, makeParts, type Parts } from './parts.ts'
import { inRuns } from './runs.ts'
import { Turns } from './turns.ts'

/** How long an admin waits before it closes epochs next to each other, at most: others may do it first, ms. */
const ROTATE_WITHIN_MS = 4000

/** What happens inside a space: whatever comes in, from here or from others, goes through {@link Core.follow}. */
export class Core {
  readonly parts: Parts
  readonly contents: Contents
  readonly documents: Documents | undefined
  readonly batcher: Batcher | undefined
  readonly events: Emitter<SpaceEvents> = new Emitter()
  readonly turns: Turns = new Turns()
  readonly roles: Map<string, Role> = new Map()
  readonly session: number
  /** What a frozen space holds. */
  frozen: Uint8Array | undefined
  isClosed = false
  readonly options: SpaceOptions
  /** The grant whose number local changes go by. */
  #via: string | undefined
  /** Whether edits wait that go by the number of another grant. */
  #isOutdated = false
  #cancelRotation: (() => void) | undefined
  /** How many entries there were when documents were made anew: own ones that count again later are not in them. */
  #replacedAt = 0

  constructor(genesis: Entry, options: SpaceOptions, session: number, flush: () => void) {
    this.options = options
    this.session = session
    this.parts = makeParts(genesis, options, (name, type) =>
      this.events.emit('changed', name, type),
    )
    const { engine, clock, batchMs = 250, batchEdits = 50 } = options
    wholeNumber('batchMs', batchMs, 0, 60_000)
    wholeNumber('batchEdits', batchEdits, 1, 10_000)
    if (engine !== undefined) {
      this.batcher = new Batcher(engine, clock, { batchMs, batchEdits }, flush)
      this.documents = this.#makeDocuments(engine)
    }
    const hooks: ContentsHooks = {
      voided: (id, reason) => this.events.emit('voided', id, reason),
      keyMissing: () => this.events.emit('keyMissing', this.missingKeys),
    }
    const minAttesters = wholeNumber('minAttesters', options.minAttesters ?? 0, 0, 1000)
    this.contents = makeContents(this.parts, this.documents, hooks, minAttesters)
  }

  /** Names of keys that are not here: the open ones, and those that content waits for. */
  get missingKeys(): string[] {
    return [...new Set(this.missingOpenKeys.concat(this.contents.lackedKeys))]
  }

  /** Names of keys that are open, and not here: nothing can be written without them. */
  get missingOpenKeys(): string[] {
    const { log, ring } = this.parts
    if (!log.genesis.content.isPrivate) return []
    return openKeyIds(log.authority.view).filter((id) => !ring.has(id))
  }

  /** Something this author does: kept, in effect and told of when it resolves. */
  own(write: () => Promise<Taken[]>): Promise<void> {
    const { exclusive } = this.options
    const name = `pigeon/${this.parts.log.space}/${this.parts.me}`
    return this.turns.next(async () => {
      if (this.isClosed) throw new SpaceError('CLOSED', 'the space was closed')
      const run = async (): Promise<void> => {
        await this.#catchUp()
        await this.follow(await write(), '')
      }
      await (exclusive === undefined ? run() : exclusive(name, run))
    })
  }

  /** Reads what is in the store and not here. */
  async refresh(): Promise<void> {
    const { rows, intake, log } = this.parts
    if (rows === undefined) return
    const taken: Taken[] = []
    for await (const entries of rows.unread(log.space)) taken.push(...intake.load(entries))
    await this.follow(taken, undefined)
  }

  /**
   * Lets entries take effect.
   * @param source whom they came from, '' for this author, none for the store
   */
  async follow(taken: readonly Taken[], source: string | undefined): Promise<void> {
    for (const { entry, change } of taken) {
      if (change.fault) {
        this.events.emit('refused', entry.id, entry.author, change.fault)
      } else if (change.forked) this.#tellFork(entry)
    }
    const admissible = taken.filter(({ change }) => !change.fault)
    const entries = admissible.map(({ entry }) => entry)
    const isAboutAccess = entries.some((entry) => !isDataNode(this.#node(entry)))
    const learned = isAboutAccess && (await this.#learn(entries))
    if (learned && this.contents.isWaiting) await this.contents.rebuild()
    else await this.contents.follow(admissible)
    if (isAboutAccess) await this.#accessChanged()
    if (source === undefined || admissible.length === 0) return
    const runs = inRuns(taken).filter((run) => run.at(-1)?.signature)
    const encoded = runs.map((run) => encodeRun(run))
    this.events.emit('entries', encoded, source)
  }

  /** Keeps entries of others. */
  async keep(taken: readonly Taken[]): Promise<void> {
    try {
      await this.parts.rows?.keep(inRuns(taken))
    } catch (cause) {
      throw new SpaceError('STORE', 'what came from others could not be kept', { cause })
    }
  }

  /** Takes keys that somebody shared. */
  async receiveKeys(envelope: Uint8Array): Promise<void> {
    const { ring, log } = this.parts
    const keys = await openKeys(this.options.author, log.genesis.content.nonce, envelope)
    let learned = false
    for (const id of this.missingKeys) {
      for (const key of keys) learned = ring.learn(id, key) || learned
    }
    if (!learned) return
    await this.#learn(
      log.authority.view.epochs.map(({ statement }) => log.get(statement.id) as Entry),
    )
    if (this.contents.isWaiting) await this.contents.rebuild()
    await this.#accessChanged()
  }

  /** Takes in the genesis. */
  async begin(): Promise<void> {
    await this.#learn([this.parts.log.genesis])
    await this.#accessChanged()
  }

  close(): void {
    this.isClosed = true
    this.#cancelRotation?.()
    this.batcher?.clear()
    this.documents?.close()
    this.events.clear()
  }

  #makeDocuments(engine: NonNullable<SpaceOptions['engine']>): Documents {
    const { log, me } = this.parts
    return new Documents(engine, {
      clientOf: (author, via, session) => clientId(log.space, author, via, session),
      ownClient: () => this.#client(),
      isOwn: ({ statement: { author }, index }, session) =>
        author === me && session === this.session && index >= this.#replacedAt,
      edited: (name, update) => this.batcher?.add(name, update),
      changed: (name) => this.events.emit('changed', name, 'document'),
      replaced: (name) => {
        this.#replacedAt = log.authority.size
        this.batcher?.clear()
        this.events.emit('replaced', name)
      },
      voided: (id) => this.events.emit('voided', id, 'NOT_ITS_AUTHORS'),
    })
  }

  /** Own entries of another tab come first; without the last own one, its number may be used. */
  async #catchUp(): Promise<void> {
    const { rows, log, me } = this.parts
    const via = log.authority.view.grantOf(me, 'relay')
    if (rows === undefined || via === undefined) return
    for (const grant of log.authority.view.grants(me)) {
      const tip = await rows.tip(`${me}/${grant.statement.id}`)
      if (tip === undefined || log.get(tip) !== undefined) continue
      await this.refresh()
      if (log.get(tip) === undefined) {
        throw new SpaceError('BEHIND', 'what this author wrote last is not here yet')
      }
    }
  }

  /** Takes keys out of grants and epochs. */
  async #learn(entries: readonly Entry[]): Promise<boolean> {
    const { ring, log, me } = this.parts
    const { author } = this.options
    const { nonce } = log.genesis.content
    const learnFrom = async (content: Entry['content']): Promise<boolean> =>
      'epoch' in content &&
      content.epoch !== undefined &&
      (await learnEpoch(ring, author, nonce, content.epoch))
    let learned = false
    for (const { content } of entries) {
      if (content.kind === 'grant' && content.who === me && content.envelope.length > 0) {
        const keys = await openKeys(author, nonce, content.envelope)
        for (const key of keys) learned = ring.learnAny(key) || learned
      }
      if (await learnFrom(content)) learned = true
    }
    if (!learned) return false
    // A key opens the older ones that were sealed with it.
    for (const { statement } of log.authority.nodes.filter((node) => !isDataNode(node)).reverse()) {
      const content = log.get(statement.id)?.content
      if (content !== undefined) await learnFrom(content)
    }
    return true
  }

  async #accessChanged(): Promise<void> {
    const { log, ring } = this.parts
    const { view } = log.authority
    const before = new Map(this.roles)
    this.roles.clear()
    for (const who of view.members) this.roles.set(who, view.roleOfMember(who) as Role)
    for (const who of new Set([...before.keys(), ...this.roles.keys()])) {
      const role = this.roles.get(who)
      if (before.get(who) !== role) this.events.emit('member', who, role)
    }
    const { epoch } = log.genesis.content
    this.frozen ??= await frozenValue(log.genesis.content, epoch && ring.getBytes(epoch.keyId))
    await this.#followOwnGrant()
    if (this.missingKeys.length > 0 && this.#canRead()) {
      this.events.emit('keyMissing', this.missingKeys)
    }
    this.#planRotation(view.epochs.length)
  }

  /** Local changes go by the grant that is live now; those that did not are lost. */
  async #followOwnGrant(): Promise<void> {
    this.#client()
    if (this.#isOutdated) await this.contents.rebuild()
    this.#isOutdated = false
  }

  /** With several open epochs, victims of concurrent revokes could put theirs together. */
  #planRotation(epochs: number): void {
    this.#cancelRotation?.()
    this.#cancelRotation = undefined
    const { clock, random } = this.options
    if (epochs < 2 || this.roles.get(this.parts.me) !== 'admin') return
    const [first = 0] = random.fill(new Uint8Array(1))
    this.#cancelRotation = clock.after((ROTATE_WITHIN_MS * first) / 255, () => {
      const rotate = async (): Promise<Taken[]> =>
        this.parts.log.authority.view.epochs.length < 2
          ? []
          : this.parts.writer.write(await this.parts.access.rotate(), 'admin')
      this.own(rotate).catch(() => undefined)
    })
  }

  #canRead(): boolean {
    const role = this.roles.get(this.parts.me)
    return role !== undefined && includesRole(role, 'read')
  }

  #client(): number {
    const { log, me } = this.parts
    const via = log.authority.view.grantOf(me, 'write')?.statement.id ?? log.space
    const client = clientId(log.space, me, via, this.session)
    if (via !== this.#via) {
      this.#via = via
      this.documents?.setClient(client)
      if (this.batcher?.isEmpty === false) this.#isOutdated = true
    }
    return client
  }

  #tellFork({ author, via }: Entry): void {
    for (const branches of this.parts.log.authority.forksOf(`${author}/${via}`)) {
      this.events.emit(
        'equivocation',
        author,
        branches.map(({ statement }) => statement.id),
      )
    }
  }

  #node({ id }: Entry): Parameters<typeof isDataNode>[0] {
    return this.parts.log.authority.get(id) as Parameters<typeof isDataNode>[0]
  }
}
