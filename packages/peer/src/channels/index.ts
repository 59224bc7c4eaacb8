/**
 * Typed channels between the peers of a network: values to one peer or to all.
 * @module
 */
export { type Channel, openChannel } from './channel.ts'
export type {
  ChannelEvents,
  ChannelOptions,
  Delivered,
  DropReason,
  Received,
} from './channel-options.ts'
export { MessageError, type MessageErrorCode } from './message-error.ts'
export type { StandardResult, StandardSchema } from './standard-schema.ts'
export type { Value } from './value.ts'
