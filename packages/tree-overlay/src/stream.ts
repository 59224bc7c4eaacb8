import type { Link } from '@pigeon/transport'

/**
 * A link beside a channel, for heavy data: its own frames, window and end. Close it when done; it
 * ends by itself with the connection, not with the channel.
 */
export type Stream = Pick<Link, 'send' | 'close' | 'on'>
