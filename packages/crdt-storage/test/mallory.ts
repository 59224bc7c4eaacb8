import type { Content } from '../src/entry/content.ts'
import type { Entry } from '../src/entry/entry.ts'
import { encodeRest, readEntry, signedBytes } from '../src/entry/entry-format.ts'
import { encodeRun } from '../src/entry/run.ts'
import { encodeData, type Item } from '../src/fold/items.ts'
import { Space, type SpaceOptions } from '../src/index.ts'
import { yjsEngine } from '../src/yjs.ts'
import { give, joinFrom, person, text } from './people.ts'

/** The session of what Mallory writes. */
export const SESSION = 7

/** What a member with keys of its own, and no rules, can make. */
export class Mallory {
  readonly options: SpaceOptions
  readonly at: Space

  constructor(options: SpaceOptions, at: Space) {
    this.options = options
    this.at = at
  }

  /** An entry at any place, signed; by default where an honest one would be. */
  async sign(
    content: Content,
    { seq, prev, acl = [], deps = [] }: Partial<Entry> = {},
    space: string = this.at.id,
  ): Promise<Entry> {
    const { authority } = this.at.log
    const via = authority.view.grants(this.at.me)[0]?.statement.id ?? this.#lastGrant()
    const tip = this.at.log.tip(this.at.me, via)
    const place = {
      author: this.at.me,
      via,
      seq: seq ?? (tip === undefined ? 0 : tip.statement.seq + 1),
      prev: seq === undefined ? tip?.statement.id : prev,
    }
    const rest = encodeRest({ acl, deps }, content)
    const entry = readEntry(space, place, rest, undefined)
    const signature = await this.options.author.sign(signedBytes(entry.id))
    return { ...entry, signature }
  }

  data(items: readonly Item[], place: Partial<Entry> = {}): Promise<Entry> {
    return this.sign({ kind: 'data', body: encodeData({ session: SESSION, items }) }, place)
  }

  send(to: Space, ...run: Entry[]): ReturnType<Space['receive']> {
    return to.receive(encodeRun(run), 'mallory')
  }

  #lastGrant(): string {
    const grants = this.at.log.authority.nodes.filter(
      ({ statement: { act } }) => act.kind === 'grant' && act.who === this.at.me,
    )
    return grants.at(-1)?.statement.id ?? ''
  }
}

export async function scene(
  isPrivate = false,
  more: Partial<SpaceOptions> = {},
): Promise<{ space: Space; atBob: Space; mallory: Mallory }> {
  const ann = await person(1, { engine: yjsEngine, ...more })
  const bob = await person(2, { engine: yjsEngine })
  const mal = await person(6, { engine: yjsEngine })
  const space = await Space.create({ isPrivate }, ann)
  await space.grant(bob.author, 'write')
  await space.grant(mal.author, 'write')
  const atBob = await joinFrom(space, bob)
  const atMal = await joinFrom(space, mal)
  await give(space, atBob)
  await give(space, atMal)
  return { space, atBob, mallory: new Mallory(mal, atMal) }
}

/** Sets a key to a text. */
export const put = (name: string, value: string): Item => ({
  type: 'put',
  name,
  bytes: text(value),
})
