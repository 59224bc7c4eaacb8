import type { RtcChannel, RtcPeer } from './engine.ts'

/** Closes what there is; no engine's objection matters any more. */
export async function shut(
  peer: RtcPeer | undefined,
  channel: RtcChannel | undefined,
): Promise<void> {
  try {
    channel?.close()
  } catch {}
  try {
    await peer?.close()
  } catch {}
}
