/**
 * Calls between the peers of a network.
 * @module
 */
export type { CallLimits } from './calls.ts'
export {
  type CallContext,
  type CallOptions,
  openRpc,
  type Rpc,
  type RpcEvents,
  type Settled,
} from './rpc.ts'
export { RpcError, type RpcErrorCode } from './rpc-error.ts'
