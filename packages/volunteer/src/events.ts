import type { Offer } from './frames.ts'

/** What happens on a `Volunteer`. */
export interface VolunteerEvents {
  /** Somebody has a job. */
  offer: (offer: Offer) => void
  /** It is over, or nothing is heard of it any more. */
  'offer-end': (offer: Offer) => void
  /** This node computes for it from now on. */
  'work-start': (offer: Offer) => void
  /** A task was computed here; `ms` it took. */
  worked: (offer: Offer, ms: number, ok: boolean) => void
}
