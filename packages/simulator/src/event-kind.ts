/** What an event can be; the numbers go into the trace. */
export const EventKind = {
  timer: 1,
  frame: 2,
  bye: 3,
  drain: 4,
  flush: 6,
  up: 7,
  resume: 8,
  offer: 9,
  answer: 10,
  candidate: 11,
  connect: 12,
  open: 13,
  timeout: 14,
  closed: 15,
  accept: 16,
  // What an end hears, or not: from here on all is for `Hearing`.
  suspect: 17,
  recovered: 18,
  silence: 19,
} as const
