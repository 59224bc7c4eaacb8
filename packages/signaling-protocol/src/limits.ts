/** The range of wire versions this package speaks, both ends included. */
export const VERSIONS: readonly [min: number, max: number] = [2, 3]

/** The WebSocket subprotocol (RFC 6455, §1.9) of wire versions 2 and 3. */
export const SUBPROTOCOL = 'pigeon.2'

/** UTF-8 bytes of a network's name: room for a reversed domain name and a hash behind it. */
export const MAX_NETWORK_BYTES = 128

/** Ids in one WELCOME or PEERS message. A hub that has more to name sends several PEERS. */
export const MAX_PEERS = 256

/** Bytes in the body of a control message: {@link MAX_PEERS} ids of 43 characters, and slack. */
export const MAX_CONTROL_BYTES: number = 16 * 1024

/** Bytes in front of a RELAY payload: the type and the 20 bytes of an id. */
export const RELAY_HEADER_BYTES = 21

/**
 * Bytes of one message that a client takes from a hub, and the most a hub can be set to take from
 * a client: PeerPigeon's limit. An offer with all its candidates is below 8 KiB.
 */
export const MAX_MESSAGE_BYTES: number = 1024 * 1024

/** Characters of a session token: 16 random bytes in hex, so it cannot be guessed. */
export const SESSION_CHARACTERS = 32

/** Characters of the text in an ERROR message. */
export const MAX_ERROR_CHARACTERS = 512

/** UTF-8 bytes of the reason in a WebSocket close frame (RFC 6455, §5.5). */
export const MAX_CLOSE_REASON_BYTES = 123

/** Characters of an SDP: audio, video and a data channel with candidates stay below 16 KiB. */
export const MAX_SDP_CHARACTERS: number = 32 * 1024

/** Characters of one ICE candidate line; RFC 8839 lines are below 300. */
export const MAX_CANDIDATE_CHARACTERS = 1024

/** Characters that name one attempt to connect. */
export const MAX_CONNECTION_CHARACTERS = 64

/** Characters of an SDP media identification (`a=mid`). */
export const MAX_MID_CHARACTERS = 64

/** Characters of an Ed25519 key in HELLO: 32 bytes in hex. */
export const KEY_CHARACTERS = 64

/** Characters of the nonce in CHALLENGE: 32 bytes in hex. */
export const NONCE_CHARACTERS = 64

/** Characters of the signature in PROOF: 64 bytes in hex. */
export const SIGNATURE_CHARACTERS = 128

/** Characters of a token in HELLO: a JWT with some claims and an RSA signature is below 2,000. */
export const MAX_TOKEN_CHARACTERS = 8192

/** Characters of the host and port that a proof is made for: a DNS name and a port. */
export const MAX_AUDIENCE_CHARACTERS = 261

/** Hubs named in one GOAWAY. */
export const MAX_ALTERNATIVES = 8

/** Characters of one URL in GOAWAY. */
export const MAX_URL_CHARACTERS = 512
