import './tone.css'

/** How many there are; `tone.css` has them. */
const TONES = 12

/** The class of a peer's colour, as `--tone`: it has the same wherever it is shown, on every page. */
export const toneOf = (peer: string): string =>
  `tone-${Number.parseInt(peer.slice(0, 4), 16) % TONES}`
