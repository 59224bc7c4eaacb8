import { type ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Links that one advert may list. */
const MAX_ADVERT_LINKS = 256

/** Bytes of an address, and of a region. */
const MAX_URL_BYTES = 512
const MAX_REGION_BYTES = 64

/** Keeps these bytes apart from other things that hubs sign. */
const DOMAIN = 'pigeon/hub-advert/1'

const DRAINING = 1
const SIGNED = 2

/** That a hub itself said it: its id is the hash of the key. */
interface AdvertProof {
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** 64 bytes over {@link advertBytes}. */
  readonly signature: Uint8Array
}

/** What one hub says of itself to all others. */
export interface Advert {
  readonly origin: PeerId
  /** When it started, ms since the Unix epoch: higher after each start. */
  readonly incarnation: number
  /** Higher with each advert of one start. */
  readonly seq: number
  /** The hubs it has links to, and whether those are peer-to-peer. */
  readonly links: ReadonlyMap<PeerId, boolean>
  /** Where clients and hubs reach it; empty if it does not know. */
  readonly url: string
  /** Where it is, in its operator's words; may be empty. */
  readonly region: string
  /** Part of its connections that are taken, 0 to 1. */
  readonly load: number
  /** It takes nobody any more. */
  readonly draining: boolean
  /** None if the hub has no key. */
  readonly proof?: AdvertProof | undefined
}

/** Whether `a` is news to one who knows `b`: what is signed always is to one who knows what is not. */
export function isNewer(a: Advert, b: Advert | undefined): boolean {
  if (b === undefined) return true
  const isSigned = a.proof !== undefined
  if (isSigned !== (b.proof !== undefined)) return isSigned
  if (a.incarnation !== b.incarnation) return a.incarnation > b.incarnation
  return a.seq > b.seq
}

/** What a hub with a key signs. @param namespace of the hubs that belong together */
export function advertBytes(namespace: string, advert: Advert): Uint8Array {
  const writer = new ByteWriter(256).text(DOMAIN).text(namespace)
  writeBody(writer, advert, true)
  return writer.finish()
}

/** Appends an advert. */
function writeAdvert(writer: ByteWriter, advert: Advert): void {
  const { proof } = advert
  writeBody(writer, advert, proof !== undefined)
  if (proof !== undefined) writer.raw(proof.key).raw(proof.signature)
}

function writeBody(writer: ByteWriter, advert: Advert, isSigned: boolean): void {
  const { origin, incarnation, seq, links, url, region, load, draining } = advert
  writer
    .id(origin)
    .u64(incarnation)
    .varuint(seq)
    .u8((draining ? DRAINING : 0) | (isSigned ? SIGNED : 0))
  writer
    .u8(Math.round(Math.min(1, Math.max(0, load)) * 255))
    .text(url)
    .text(region)
  const some = [...links].slice(0, MAX_ADVERT_LINKS)
  writer.varuint(some.length)
  for (const [id, isP2p] of some) writer.id(id).u8(isP2p ? 1 : 0)
}

/** Reads one. @throws WireError */
export function readAdvert(reader: ByteReader): Advert {
  const origin = reader.id()
  const incarnation = reader.u64()
  const seq = reader.varuint()
  const flags = reader.u8()
  const draining = (flags & DRAINING) !== 0
  const load = reader.u8() / 255
  const url = reader.text(MAX_URL_BYTES)
  const region = reader.text(MAX_REGION_BYTES)
  const links = new Map<PeerId, boolean>()
  for (let left = reader.varuint(MAX_ADVERT_LINKS); left > 0; left--) {
    links.set(reader.id(), (reader.u8() & 1) === 1)
  }
  const said = { origin, incarnation, seq, links, url, region, load, draining }
  if ((flags & SIGNED) === 0) return said
  // As plain bytes: what a Buffer is cut from may be shared.
  const [key, signature] = [new Uint8Array(reader.raw(32)), new Uint8Array(reader.raw(64))]
  return { ...said, proof: { key, signature } }
}

/** One advert as a frame of its own: the type, then the advert. */
export function advertFrame(type: number, adverts: Iterable<Advert>): Uint8Array {
  const writer = new ByteWriter(256).u8(type)
  for (const advert of adverts) writeAdvert(writer, advert)
  return writer.finish()
}
