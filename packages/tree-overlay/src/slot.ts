import type { JoinRequest } from './join-request.ts'
import type { Neighbour } from './neighbour.ts'
import type { Attempt } from './tree-links.ts'
import type { Vacancy } from './vacancy.ts'

/** Who is about to be a child. */
export interface Candidate {
  readonly join: JoinRequest
  attempt: Attempt | undefined
  /** Its handshake takes longer than most: nobody waits for it but itself. */
  isLate: boolean
  /** Steps that its handshake took. */
  steps: number
}

/** Room for one child. */
export class Slot {
  readonly number: number
  child: Neighbour | undefined
  candidate: Candidate | undefined
  /** A dead child whose place is kept for a leaf from below it. */
  vacancy: Vacancy | undefined
  /** Requests that wait until there is a child. */
  stored: Uint8Array[] = []
  /** Nodes that come with those. */
  storedNodes = 0

  constructor(number: number) {
    this.number = number
  }

  get isFree(): boolean {
    return !this.child && !this.candidate && !this.vacancy
  }

  /** Nodes below, those on their way included. */
  get estimate(): number {
    const { child, candidate } = this
    return (child?.estimate ?? candidate?.join.nodes ?? 0) + this.storedNodes
  }

  /** Whether a request can be passed on this way, now or soon. */
  get leads(): boolean {
    if (this.child !== undefined) return this.child.status?.room ?? true
    return this.candidate?.isLate === false
  }
}
