/** What a routed message is for: its number. */
export const Service: {
  readonly PARCEL: 1
  readonly RECEIPT: 2
  readonly CLAIMS: 3
  readonly QUESTION: 4
  readonly ANSWER: 5
} = { PARCEL: 1, RECEIPT: 2, CLAIMS: 3, QUESTION: 4, ANSWER: 5 }
