import './video.css'
import type { PeerId } from '@pigeon/peer'
import { useEffect, useRef } from 'preact/hooks'
import { links, nodes } from '../network/picture.ts'
import { self } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { toneOf } from '../ui/tone.ts'
import {
  audience,
  mutedKinds,
  problem,
  sending,
  sendTo,
  start,
  stop,
  type Tile,
  tiles,
  toggle,
} from './calls.ts'

/** Pictures of those who send some, and what is sent to whom. */
export function Video() {
  return (
    <div class="stack pad">
      <div class="row" role="toolbar" aria-label="What you send">
        {sending.value === 'nothing' ? (
          <>
            <button type="button" class="main" onClick={() => void start('camera')}>
              Start the camera
            </button>
            <button type="button" onClick={() => void start('test picture')}>
              Send a test picture
            </button>
          </>
        ) : (
          <Controls />
        )}
      </div>
      {problem.value && <p role="alert">{problem.value}</p>}
      {sending.value !== 'nothing' && <Audience />}
      <div class="tiles">
        {tiles.value.map((tile) => (
          <TileView key={tile.id} tile={tile} />
        ))}
      </div>
      {tiles.value.length === 0 && (
        <p class="quiet">Nobody sends a picture. They go over direct links, to whom you choose.</p>
      )}
    </div>
  )
}

function Controls() {
  const muted = mutedKinds.value
  return (
    <>
      <button type="button" class="main" onClick={stop}>
        Stop
      </button>
      <button type="button" aria-pressed={muted.has('video')} onClick={() => toggle('video')}>
        Hide the picture
      </button>
      {sending.value === 'camera' && (
        <button type="button" aria-pressed={muted.has('audio')} onClick={() => toggle('audio')}>
          Mute
        </button>
      )}
    </>
  )
}

/** Everybody who is linked, or some of them. */
function Audience() {
  // Programs have no eyes.
  const programs = nodes.value.filter(({ label }) => label === 'Node').map(({ peerId }) => peerId)
  const peers = [...links.value.keys()].filter((peer) => !programs.includes(peer))
  const chosen = audience.value
  const set = (peer: PeerId, isIn: boolean): void => {
    const next = new Set(chosen ?? peers)
    if (isIn) next.add(peer)
    else next.delete(peer)
    sendTo(next.size === peers.length ? undefined : next)
  }
  return (
    <fieldset class="row">
      <legend>Who sees it</legend>
      {peers.map((peer) => (
        <label key={peer}>
          <input
            type="checkbox"
            checked={chosen?.has(peer) ?? true}
            onChange={({ currentTarget }) => set(peer, currentTarget.checked)}
          />
          {shortId(peer)}
        </label>
      ))}
    </fieldset>
  )
}

function TileView({ tile: { stream, peer } }: { tile: Tile }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream
  }, [stream])
  const whose = peer === undefined ? 'you' : shortId(peer)
  return (
    <figure class={`tile ${toneOf(peer ?? (self.value as PeerId))}`}>
      <video
        ref={video}
        autoplay
        playsInline
        muted={peer === undefined}
        aria-label={`Picture of ${whose}`}
      />
      <figcaption>{whose}</figcaption>
    </figure>
  )
}
