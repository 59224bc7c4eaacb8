/** What of werift's DTLS transports is used here. */
export interface WeriftDtlsTransport {
  readonly dtls?: { readonly dtls: { recordSequenceNumber: number } } | undefined
  readonly onStateChange: { subscribe(listener: (state: string) => void): unknown }
}

/** More than a handshake has records, however often it repeats them. */
const FIRST_DATA_RECORD = 65_536

/**
 * werift (0.25) counts its records from 1 again after its Finished, which has a higher number under
 * the same key. When data comes to that number the other side drops it as a replay (RFC 6347,
 * §4.1.2.6), and it takes a second until it is sent again; AES-GCM must never see a nonce twice
 * at all (RFC 5288, §3). So data starts well above.
 */
export function startDataAboveHandshake(transport: WeriftDtlsTransport): void {
  transport.onStateChange.subscribe((state) => {
    const context = transport.dtls?.dtls
    if (state === 'connected' && context) context.recordSequenceNumber += FIRST_DATA_RECORD
  })
}
