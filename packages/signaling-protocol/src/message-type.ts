/**
 * The first byte of every message since wire version 2; 12 to 14 came with version 3. 0 is never used, and 0x7b (`{`) never will
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
  readonly CHALLENGE: 12
  readonly PROOF: 13
  readonly GOAWAY: 14
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
  CHALLENGE: 12,
  PROOF: 13,
  GOAWAY: 14,
}
