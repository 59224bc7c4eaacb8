import type { Unsubscribe } from '@pigeon/transport'

/** What carries messages between hubs of a cluster: at most once, from anybody who has access. */
export interface Bus {
  /** Whether messages leave at present. */
  readonly isUp: boolean
  publish(subject: string, bytes: Uint8Array): void
  subscribe(subject: string, take: (bytes: Uint8Array) => void): void
  /** Called whenever {@link isUp} changes. */
  onChange(changed: (isUp: boolean) => void): Unsubscribe
  close(): Promise<void>
}
