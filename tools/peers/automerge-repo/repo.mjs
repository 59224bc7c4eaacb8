// The parts of automerge-repo that are measured.
export { save, splice } from '@automerge/automerge'
export { NetworkAdapter, Repo } from '@automerge/automerge-repo'
