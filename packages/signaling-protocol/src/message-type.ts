/**
 * The first byte of every message of wire version 2. 0 is never used, and 0x7b (`{`) never will
 * be: that is how a JSON message of version 1 begins.
 */
export const MessageType: {
  readonly HELLO: 1
  readonly WELCOME: 2
  readonly RELAY: 3
  readonly UNDELIVERABLE: 4
  readonly QUERY: 5
  readonly PEERS: 6
  readonly LEFT: 7
  readonly PING: 8
  readonly PONG: 9
  readonly GOODBYE: 10
  readonly ERROR: 11
} = {
  HELLO: 1,
  WELCOME: 2,
  RELAY: 3,
  UNDELIVERABLE: 4,
  QUERY: 5,
  PEERS: 6,
  LEFT: 7,
  PING: 8,
  PONG: 9,
  GOODBYE: 10,
  ERROR: 11,
}
