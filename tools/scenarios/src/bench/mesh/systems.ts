/** What is measured: ours, and the other one. */
export type System = 'pigeon' | 'peerpigeon'
