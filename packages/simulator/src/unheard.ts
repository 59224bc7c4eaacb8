/** Why an end hears nothing, one bit each. */
export const Unheard = { partitioned: 1, muted: 2, paused: 4, dead: 8 } as const

/** What is on its way then stays there; the others only keep more from being sent. */
export const HOLDS: number = Unheard.partitioned | Unheard.muted
