import { isIP } from 'node:net'

/** Options of `weriftEngine`. */
export interface WeriftOptions {
  /**
   * Bytes the other side may have on the way to this one, 64 KiB to 1 MiB. Default 96 KiB, as much
   * as the usual socket buffer of Linux (208 KiB with the kernel's own data) holds while Node is
   * busy; with more, werift's bursts get lost and its congestion control may collapse. It limits a
   * link to this many bytes each round trip: 2 MB/s at 50 ms.
   */
  receiveWindowBytes?: number
  /** UDP ports for connections, lowest and highest: what a firewall lets in. Default any. */
  portRange?: readonly [number, number]
  /**
   * IP addresses under which others reach this machine, at the same ports, besides its own: that of
   * a router or cloud that passes them on (NAT 1:1). Default none.
   */
  announcedAddresses?: readonly string[]
}

/** {@link WeriftOptions}, all of them. */
export type WeriftSettings = Required<WeriftOptions>

/** @throws RangeError that names the option and what it got */
export function weriftSettings(options: WeriftOptions): WeriftSettings {
  const { receiveWindowBytes = 96 * 1024, portRange = [0, 0], announcedAddresses = [] } = options
  if (!(receiveWindowBytes >= 64 * 1024 && receiveWindowBytes <= 1024 * 1024)) {
    throw new RangeError(
      `receiveWindowBytes is a number from 65536 to 1048576, got ${receiveWindowBytes}`,
    )
  }
  const [low, high] = portRange
  const isRange = [low, high].every((port) => Number.isInteger(port) && port >= 1024)
  if (options.portRange !== undefined && !(isRange && low < high && high <= 65_535)) {
    throw new RangeError(`portRange is two ports from 1024 to 65535, got ${portRange.join(' to ')}`)
  }
  for (const address of announcedAddresses) {
    if (isIP(address) === 0) {
      throw new RangeError(`announcedAddresses are IP addresses, got ${address}`)
    }
  }
  return { receiveWindowBytes, portRange, announcedAddresses }
}
