import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { connectTree, type TreeNode } from '@pigeon/tree-overlay/bootstrap'
import { Consent, Volunteer } from '@pigeon/volunteer'
import { Sandboxes } from '@pigeon/volunteer/browser'
import { drawsTree } from '../shape.ts'
import type { JobPage } from './wire.ts'

/** What happens while this page helps. */
export interface HelperEvents {
  /** It is in the tree. */
  joined(): void
  /** It could not get in, and tries no more. */
  failed(message: string): void
  /** So many tasks were computed here. */
  computed(count: number): void
}

/** This page in the tree, computing. */
export class Helper {
  readonly #node: TreeNode
  readonly #volunteer: Volunteer

  private constructor(node: TreeNode, volunteer: Volunteer) {
    this.#node = node
    this.#volunteer = volunteer
  }

  /** Joins, and computes what the page lists. @param slots tasks at once */
  static async start(job: JobPage, slots: number, events: HelperEvents): Promise<Helper> {
    const here = new URL('.', location.href)
    here.protocol = here.protocol.replace('http', 'ws')
    const hubs = job.hubs.length > 0 ? job.hubs : [here.href]
    const node = await connectTree(hubs, { tree: job.tree, entry: job.entry })
    drawsTree(node)
    const volunteer = new Volunteer({ tree: node, clock, random })
    const consent = new Consent({ allowed: [job.hash] })
    volunteer.help(new Sandboxes({ accepts: (offer) => consent.accepts(offer), slots }))
    volunteer.on('worked', () => events.computed(volunteer.getStats().computed))
    node.join((error) => (error === undefined ? events.joined() : events.failed(error.message)))
    return new Helper(node, volunteer)
  }

  get id(): string {
    return this.#node.id
  }

  /** Ends all that runs here, and leaves. */
  stop(): void {
    this.#volunteer.close()
    this.#node.close()
  }
}
