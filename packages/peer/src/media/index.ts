/**
 * Audio and video to linked peers.
 * @module
 */
export { type Devices, listDevices, watchDevices } from './devices.ts'
export { type Media, type MediaEvents, type MediaOptions, openMedia } from './media.ts'
export type { Audience, Publication } from './publication.ts'
export type { RemoteStream } from './remote-streams.ts'
