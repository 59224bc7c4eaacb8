import { Admission } from './admission.ts'
import { Beacons } from './beacons.ts'
import { Broadcasts } from './broadcasts.ts'
import type { Core } from './core.ts'
import { Family } from './family.ts'
import { Heart } from './heart.ts'
import { Joining } from './joining.ts'
import { Mail } from './mail.ts'
import { Orphan } from './orphan.ts'
import { Places } from './places.ts'
import { Promotion } from './promotion.ts'
import { PullUp } from './pull-up.ts'
import { Receiver } from './receiver.ts'
import { Reductions } from './reductions.ts'
import { Reigning } from './reign.ts'
import { RelayLinks } from './relay-links.ts'
import { RollUp } from './roll-up.ts'
import { Streams } from './streams.ts'
import { Vacancies } from './vacancies.ts'

/** What the parts tell their node. */
export interface PartsWorld {
  /** There is a parent. */
  joined(): void
  /** This node is root; it is not any more. */
  crowned(): void
  deposed(): void
  /** Once in `pulseMs`. */
  beat(): void
}

/** All parts of a node, wired: what one needs of another is handed to it here. */
export class Parts {
  readonly core: Core
  readonly places: Places
  readonly relays: RelayLinks
  readonly admission: Admission
  readonly joining: Joining
  readonly vacancies: Vacancies
  readonly promotion: Promotion
  readonly orphan: Orphan
  readonly beacons: Beacons
  readonly broadcasts: Broadcasts
  readonly reductions: Reductions
  readonly streams: Streams
  readonly rollUp: RollUp
  readonly pullUp: PullUp
  readonly reigning: Reigning
  readonly heart: Heart
  readonly family: Family
  readonly mail: Mail

  constructor(core: Core, world: PartsWorld) {
    const { options } = core
    const places = new Places(core)
    this.core = core
    this.places = places
    this.relays = new RelayLinks(options.bootstrap, options.clock, () => core.name())
    this.rollUp = new RollUp(core, places)
    this.pullUp = new PullUp(core, places)
    this.broadcasts = new Broadcasts(core, places)
    this.reductions = new Reductions(core, places)
    this.streams = new Streams(core)
    this.vacancies = new Vacancies(core, places)
    this.admission = new Admission(core, places, {
      relays: this.relays,
      vacancy: (dead, generation) => this.vacancies.place(dead, generation),
      vacancyFailed: (vacancy) => this.vacancies.failed(vacancy),
      heir: (dead, generation) => this.promotion.confirmed(dead, generation),
      lost: (child) => this.family.returned(child),
      connected: (slot, link, join) => this.family.childConnected(slot, link, join),
    })
    this.joining = new Joining(core, {
      relays: this.relays,
      subtree: () => ({ nodes: 1 + places.estimate, height: this.rollUp.summary.height }),
      connected: (parent, link, asked) => this.family.arrived(parent, link, asked),
    })
    this.orphan = new Orphan(core, {
      joining: this.joining,
      spares: () => (places.isEmpty ? [core.self] : this.rollUp.spares()),
      leave: () => {
        if (core.parent !== undefined) this.family.lost(core.parent, 'timeout')
      },
    })
    this.promotion = new Promotion(core, places, {
      isOrphanOf: (dead) => this.orphan.dead === dead,
      take: (owner, dead, generation) => this.family.take(owner, dead, generation),
    })
    this.beacons = new Beacons(core, places, {
      looped: (parent) => {
        this.family.part(parent)
        this.orphan.joinAnywhere()
      },
    })
    this.reigning = new Reigning(core, {
      crowned: () => world.crowned(),
      deposed: () => world.deposed(),
    })
    this.heart = new Heart(core, places, {
      silent: (neighbour, reason) => this.family.lost(neighbour, reason),
      beat: () => world.beat(),
    })
    const receiver = new Receiver(this, {
      isArriving: (from) => this.family.isArriving(from),
      seated: (parent, frame) => this.family.seated(parent, frame),
      lost: (neighbour, reason) => this.family.lost(neighbour, reason),
    })
    this.family = new Family(this, {
      frame: (from, frame) => receiver.take(from, frame),
      joined: () => world.joined(),
    })
    this.mail = new Mail(core, {
      admission: this.admission,
      joining: this.joining,
      places,
      vacancies: this.vacancies,
      promotion: this.promotion,
      orphan: this.orphan,
      relays: this.relays,
      gone: (child) => this.family.lost(child, 'timeout'),
    })
  }
}
