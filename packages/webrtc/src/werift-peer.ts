import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { RTCPeerConnection } from 'werift'
import { announcedCandidates, announcedDescription } from './announced.ts'
import type {
  IceServer,
  IceTransportPolicy,
  RtcCandidate,
  RtcChannel,
  RtcDescription,
  RtcEvent,
  RtcPeer,
} from './engine.ts'
import type { WeriftSettings } from './werift-options.ts'
import { startDataAboveHandshake, type WeriftDtlsTransport } from './werift-records.ts'

/** What of werift's peer connection is used here. */
interface Werift extends RtcPeer {
  readonly iceTransports: readonly {
    readonly connection: { stunServer?: unknown; connect(): Promise<void> }
  }[]
  readonly dtlsTransports: readonly WeriftDtlsTransport[]
  /** As of an EventEmitter of Node. */
  emit(type: string, event?: RtcEvent): boolean
  readonly signalingStateChange: { once(run: () => void): void }
  readonly sctpTransport?: { readonly sctp: { advertisedRwnd: number } }
}

const Werift = RTCPeerConnection as unknown as new (config: {
  iceServers: readonly IceServer[]
  iceTransportPolicy: IceTransportPolicy
  iceAdditionalHostAddresses?: readonly string[]
  icePortRange?: readonly [number, number]
}) => Werift

/** werift's peer connection without the habits that hurt a link. */
export class WeriftPeer extends Werift {
  readonly #waitsForServers: boolean
  readonly #asksStun: boolean
  readonly #isRelayed: boolean
  /** The other side's first address is there. */
  #reached: () => void = () => {}
  readonly #reachable: Promise<void> = new Promise((resolve) => {
    this.#reached = resolve
  })

  readonly #settings: WeriftSettings
  readonly #looked = new WeakSet<WeriftDtlsTransport>()

  constructor(
    {
      iceServers,
      iceTransportPolicy = 'all',
    }: { iceServers: readonly IceServer[]; iceTransportPolicy?: IceTransportPolicy },
    settings: WeriftSettings,
  ) {
    super({
      iceServers,
      iceTransportPolicy,
      ...(hasOnlyLoopback() && { iceAdditionalHostAddresses: ['127.0.0.1'] }),
      ...(settings.portRange[1] > 0 && { icePortRange: settings.portRange }),
    })
    this.#settings = settings
    this.#waitsForServers = iceServers.length > 0
    this.#isRelayed = iceTransportPolicy === 'relay'
    this.#asksStun = iceServers.some(({ urls }) => [urls].flat().some((url) => /^stun/i.test(url)))
  }

  /** As others shall hear of it. */
  override get localDescription(): RtcDescription | null {
    const own = super.localDescription
    // werift asks for it before this class is made.
    const addresses = #settings in this ? this.#settings.announcedAddresses : []
    return own === null || addresses.length === 0 ? own : announcedDescription(own, addresses)
  }

  override emit(type: string, event?: RtcEvent): boolean {
    const isHeard = super.emit(type, event)
    if (type !== 'icecandidate' || !event?.candidate) return isHeard
    for (const candidate of announcedCandidates(
      event.candidate,
      this.#settings.announcedAddresses,
    )) {
      super.emit(type, { candidate })
    }
    return isHeard
  }

  override createDataChannel(...args: Parameters<RtcPeer['createDataChannel']>): RtcChannel {
    const channel = super.createDataChannel(...args)
    const { receiveWindowBytes } = this.#settings
    if (this.sctpTransport) this.sctpTransport.sctp.advertisedRwnd = receiveWindowBytes
    return channel
  }

  /**
   * Without a STUN server of its own werift asks Google's: a DNS look-up for each connection, and
   * five seconds where nothing answers (werift-webrtc#691). With servers it returns when all have
   * answered, which must not keep the other side's answer waiting.
   */
  override async setLocalDescription(description: RtcDescription): Promise<void> {
    if (!this.#asksStun) {
      for (const { connection } of this.iceTransports) connection.stunServer = undefined
    }
    if (this.#isRelayed) this.#waitToConnect()
    for (const transport of this.dtlsTransports) {
      if (!this.#looked.has(transport)) startDataAboveHandshake(transport)
      this.#looked.add(transport)
    }
    const changed = new Promise<void>((resolve) => this.signalingStateChange.once(resolve))
    const gathered = super.setLocalDescription(description)
    await (this.#waitsForServers ? Promise.race([gathered, changed]) : gathered)
  }

  override setRemoteDescription({ type, sdp = '' }: RtcDescription): Promise<unknown> {
    const usable = sdp.split(/\r?\n/).filter(isUsableLine).join('\r\n')
    return super.setRemoteDescription({ type, sdp: usable })
  }

  override async addIceCandidate(candidate: RtcCandidate): Promise<void> {
    if (!isUsableCandidate(candidate.candidate)) return
    await super.addIceCandidate(candidate)
    this.#reached()
  }

  /**
   * werift gives up a connection that has nothing to try when it starts. Addresses of TURN servers
   * take a while, and there are no others then.
   */
  #waitToConnect(): void {
    for (const { connection } of this.iceTransports) {
      const { connect } = connection
      connection.connect = async () => {
        await this.#reachable
        await connect.call(connection)
      }
    }
  }
}

/**
 * Whether werift should hear of a candidate:
 * - Not of names. A browser hides its addresses behind `.local` ones; resolving those takes
 *   multicast and, where that fails, ten seconds, while the browser's first check reveals the
 *   address anyway (peer-reflexive, RFC 8445 §7.3.1.3).
 * - Not of their end. It could come before that first check, and with nothing left to try werift
 *   would give up.
 */
function isUsableCandidate(line: string): boolean {
  // candidate:foundation component transport priority address port typ …, RFC 8839 §5.1
  const [, component, transport, , address = '', port] = line.split(' ')
  return (
    component === '1' &&
    transport?.toLowerCase() === 'udp' &&
    isIP(address) !== 0 &&
    Number(port) > 0 &&
    Number(port) < 65_536
  )
}

function isUsableLine(line: string): boolean {
  if (line.startsWith('a=candidate:')) return isUsableCandidate(line.slice(2))
  return line !== 'a=end-of-candidates'
}

/** werift offers no loopback address; on a machine that has no other it could not connect at all. */
function hasOnlyLoopback(): boolean {
  return !Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.internal === false)
}
