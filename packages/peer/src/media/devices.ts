/** The cameras, microphones and loudspeakers of this machine. */
export interface Devices {
  readonly cameras: readonly MediaDeviceInfo[]
  readonly microphones: readonly MediaDeviceInfo[]
  readonly speakers: readonly MediaDeviceInfo[]
}

/**
 * Lists the devices; before the user allowed the use of one they have no names.
 * @throws Error where there are none: in workers, in Node, and on pages that are not secure
 */
export async function listDevices(): Promise<Devices> {
  const found = await mediaDevices().enumerateDevices()
  const of = (kind: MediaDeviceKind) => found.filter((device) => device.kind === kind)
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') }
}

/**
 * Tells when a device was plugged in or out.
 * @returns ends it
 */
export function watchDevices(changed: () => void): () => void {
  const devices = mediaDevices()
  devices.addEventListener('devicechange', changed)
  return () => devices.removeEventListener('devicechange', changed)
}

function mediaDevices(): MediaDevices {
  const devices = globalThis.navigator?.mediaDevices
  if (devices === undefined) {
    throw new Error(
      'no media devices here: browsers offer them to pages served over https, or of localhost',
    )
  }
  return devices
}
