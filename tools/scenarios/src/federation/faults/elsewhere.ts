/** Faults that other tests make, and which. */
export const MADE_ELSEWHERE: readonly { id: string; name: string; by: string }[] = [
  { id: 'F7', name: 'messages without sense', by: 'npm run test:attacks -- malformed; -- rubbish' },
  { id: 'F8', name: 'messages too large, or without end', by: 'npm run test:attacks -- messages' },
  { id: 'F11', name: 'a flood of messages', by: 'npm run test:attacks -- flood' },
  { id: 'F12', name: 'senders spoofed', by: 'npm run test:attacks -- spoofed' },
  {
    id: 'F13',
    name: 'announcements and proofs replayed',
    by: 'npm run test:attacks -- replayed; npm test -- version-3',
  },
  { id: 'F14', name: 'networks probed', by: 'npm run test:attacks -- probed' },
  { id: 'F15', name: 'ids that are none', by: 'npm test -- packages/hub/src/attacks' },
  { id: 'F16', name: 'a hub that lies, replays or floods', by: 'npm test -- federation/rogue' },
  { id: 'F19', name: 'no descriptor left', by: 'npm test -- descriptors' },
  { id: 'F21', name: 'clients come and go for long', by: 'npm run soak' },
]
