import { bytesToHex } from '@noble/hashes/utils.js'
import type { Entry } from '../entry/entry.ts'
import { Contents, type ContentsHooks } from '../fold/contents.ts'
import { Counters } from '../fold/counters.ts'
import type { Fold } from '../fold/fold.ts'
import { Registers } from '../fold/registers.ts'
import { ObservedRemoveSets } from '../fold/sets.ts'
import { Keyring } from '../keys/keyring.ts'
import { Log } from '../log/log.ts'
import { Access } from './access.ts'
import { Intake } from './intake.ts'
import { type SpaceLimits, type SpaceOptions, spaceLimits } from './options.ts'
import { Rows } from './rows.ts'
import { Writer } from './writer.ts'

/** What a {@link Space} is made of. */
export interface Parts {
  readonly me: string
  readonly limits: SpaceLimits
  readonly log: Log
  readonly ring: Keyring
  readonly rows: Rows | undefined
  readonly intake: Intake
  readonly writer: Writer
  readonly access: Access
  readonly registers: Registers
  readonly sets: ObservedRemoveSets
  readonly counters: Counters
}

/** Puts a space together. */
export function makeParts(
  genesis: Entry,
  options: SpaceOptions,
  changed: (name: string, type: 'value' | 'set' | 'counter') => void,
): Parts {
  const { author, crypto, clock, random, store } = options
  const me = bytesToHex(author.key)
  const limits = spaceLimits(options)
  const log = new Log(genesis, limits)
  const ring = new Keyring(log.genesis.content.nonce)
  const rows = store === undefined ? undefined : new Rows(store)
  const isBefore: ConstructorParameters<typeof ObservedRemoveSets>[1] = (id, node) => {
    const other = log.authority.get(id)
    return other !== undefined && log.authority.isBefore(other, node)
  }
  return {
    me,
    limits,
    log,
    ring,
    rows,
    intake: new Intake(log, crypto.verify, clock, limits),
    writer: new Writer({ log, ring, author, me, random, rows }),
    access: new Access(log, ring, me, options),
    registers: new Registers((name) => changed(name, 'value')),
    sets: new ObservedRemoveSets((name) => changed(name, 'set'), isBefore),
    counters: new Counters((name) => changed(name, 'counter')),
  }
}

/** What opens content and adds it up. */
export function makeContents(
  { log, ring, registers, sets, counters }: Parts,
  documents: Fold | undefined,
  hooks: ContentsHooks,
  minAttesters: number,
): Contents {
  const folds: Fold[] = [registers, sets, counters]
  if (documents !== undefined) folds.push(documents)
  return new Contents(log, ring, folds, hooks, minAttesters)
}
