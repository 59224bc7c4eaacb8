import { type ByteReader, ByteWriter } from '@pigeon/transport'
import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import type { Sha256 } from './address.ts'
import type { Signer, Verify } from './options.ts'
import { type DhtRecord, encodeContent, type RecordContent, signedContent } from './record.ts'
import { when } from './when.ts'

/** Who says something, and perhaps a proof of it. */
export interface Proof {
  readonly id: PeerId
  readonly signed?: { readonly key: Uint8Array; readonly signature: Uint8Array }
}

/** The id that a key proves. */
function idOfKey(key: Uint8Array, sha256: Sha256): PeerId {
  return peerIdFromBytes(sha256(key).subarray(0, 20))
}

/** Signs what this peer says, and checks what others say. */
export class Proofs {
  readonly #self: PeerId
  readonly #signer: Signer | undefined
  readonly #verify: Verify
  readonly #domain: string
  readonly #sha256: Sha256

  /** @throws RangeError if the signer's key does not prove `self` */
  constructor(options: {
    self: PeerId
    signer: Signer | undefined
    verify: Verify
    domain: string
    sha256: Sha256
  }) {
    const { self, signer, sha256 } = options
    if (signer !== undefined && idOfKey(signer.key, sha256) !== self) {
      throw new RangeError(`the key of the signer does not prove the id ${self}`)
    }
    this.#self = self
    this.#signer = signer
    this.#verify = options.verify
    this.#domain = options.domain
    this.#sha256 = sha256
  }

  /** Signs a statement, if there is a key. @param purpose tells apart what statements are for */
  prove(purpose: string, statement: Uint8Array, done: (proof: Proof) => void): void {
    const signer = this.#signer
    if (signer === undefined) {
      done({ id: this.#self })
      return
    }
    when(
      () => signer.sign(this.#whole(purpose, statement)),
      (signature) => {
        if (signature === undefined) done({ id: this.#self })
        else done({ id: this.#self, signed: { key: signer.key, signature } })
      },
    )
  }

  /** Checks a statement. Where this peer signs, others must too. */
  check(
    purpose: string,
    statement: Uint8Array,
    { id, signed }: Proof,
    done: (holds: boolean) => void,
  ): void {
    if (signed === undefined) {
      done(this.#signer === undefined)
      return
    }
    const { key, signature } = signed
    if (idOfKey(key, this.#sha256) !== id) {
      done(false)
      return
    }
    when(
      () => this.#verify(this.#whole(purpose, statement), signature, key),
      (holds) => done(holds === true),
    )
  }

  /** Whether the signature of a record holds; others need none. */
  checkRecord(record: DhtRecord, done: (holds: boolean) => void): void {
    const { key, signature, bytes } = record
    if (key === undefined || signature === undefined) {
      done(true)
      return
    }
    const content = bytes.subarray(0, bytes.length - signature.length)
    when(
      () => this.#verify(signedContent(this.#domain, content), signature, key),
      (holds) => done(holds === true),
    )
  }

  /** The bytes of a record, with its signature if its kind has one. */
  sealRecord(
    content: RecordContent,
    signer: Signer | undefined,
    done: (bytes: Uint8Array | undefined) => void,
  ): void {
    const encoded = encodeContent(content)
    if (signer === undefined) {
      done(encoded)
      return
    }
    when(
      () => signer.sign(signedContent(this.#domain, encoded)),
      (signature) => {
        const isWhole = signature?.length === 64
        done(
          isWhole
            ? new ByteWriter(encoded.length + 64).raw(encoded).raw(signature).finish()
            : undefined,
        )
      },
    )
  }

  /** Reads a proof: `1, key 32, signature 64`, or `0, id 20`. @throws WireError */
  read(reader: ByteReader): Proof {
    if (reader.u8() === 0) return { id: reader.id() }
    const [key, signature] = [reader.raw(32), reader.raw(64)]
    return { id: idOfKey(key, this.#sha256), signed: { key, signature } }
  }

  #whole(purpose: string, statement: Uint8Array): Uint8Array {
    return new ByteWriter(statement.length + 64)
      .text(`pigeon/dht/${purpose}/1`)
      .text(this.#domain)
      .raw(statement)
      .finish()
  }
}

/** Writes a proof, as {@link Proofs.read} reads it. */
export function writeProof(writer: ByteWriter, { id, signed }: Proof): ByteWriter {
  if (signed === undefined) return writer.u8(0).id(id)
  return writer.u8(1).raw(signed.key).raw(signed.signature)
}
