import type { HubProgramOptions } from '../options.ts'
import { ProgramError } from '../pages.ts'

/** @throws ProgramError if an option cannot be followed by several hubs behind one port */
export function checkWorkers(options: HubProgramOptions): void {
  const { workers, isHub, hubKey, hubPeerId } = options
  if (workers === 1) return
  if (isHub === 'off') {
    throw new ProgramError(
      '--workers needs --is-hub on: else their peers would not find each other',
    )
  }
  if (hubKey !== undefined || hubPeerId !== undefined) {
    throw new ProgramError(
      '--hub-key and --hub-peer-id are those of one hub, and each of --workers is one; use --hub-secret',
    )
  }
}
