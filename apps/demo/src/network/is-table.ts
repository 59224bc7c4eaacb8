import { signal } from '../ui/signal.ts'

/** Whether the network is shown as a table, in place of the picture. */
export const isTable = signal(false)
