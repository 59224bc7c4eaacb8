/** The largest envelope that is opened if not told otherwise: 1 MiB, bytes. */
export const MAX_ENVELOPE_BYTES: number = 1024 * 1024

/**
 * Bytes an envelope is longer than its content: version, ephemeral key, form and tag. With a sender
 * there are 96 more.
 */
export const ENVELOPE_OVERHEAD_BYTES: number = 1 + 32 + 1 + 16

/** Bytes a message sealed with a shared key is longer: a nonce of 24 and a tag of 16. */
export const SEALED_OVERHEAD_BYTES = 40

/** The longest password, bytes of UTF-8. */
export const MAX_PASSWORD_BYTES = 1024
