/** Bytes of an id: SHA-256. */
export const ID_BYTES = 32

/** The largest entry: what is signed, bytes. */
export const MAX_ENTRY_BYTES: number = 64 * 1024

/** The largest entry about access, bytes: a revoke brings a key for each member. */
export const MAX_ACL_BYTES: number = 128 * 1024

/** The largest run of entries, bytes. */
export const MAX_RUN_BYTES: number = 192 * 1024

/** How many entries of one kind another may name. */
export const MAX_NAMED = 64

/** Members of a space whose keys are exchanged together, at most. */
export const MAX_MEMBERS = 1000

/** Epochs that may be open next to each other. */
export const MAX_EPOCHS = 8

/** Bytes of a key's id: the first of its hash. */
export const KEY_ID_BYTES = 16
