// One process of the bench: runs trials as they are handed to it.
import { type PeerResult, runPeerTrial } from './peer-trial.ts'
import { runTrial, type TrialOptions, type TrialResult } from './trial.ts'

/** A trial, and whether PeerPigeon's rule is run beside it. */
export interface Job {
  readonly options: TrialOptions
  readonly beside: boolean
}

/** What came of it. */
export interface JobResult {
  readonly ours: TrialResult
  readonly peer: PeerResult | undefined
}

process.on('message', ({ options, beside }: Job) => {
  const result: JobResult = {
    ours: runTrial(options),
    peer: beside ? runPeerTrial(options) : undefined,
  }
  process.send?.(result)
})
