import type { DiagnosticsDeps } from '../../functions/diagnostics/handler.ts';

/** What diagnostics find of everything outside that is as it must be. */
export const SOUND = {
  google: {
    client: async () => ({ client: 'accepted', code: 'invalid_grant' }),
    redirectUri: async () => 'leads_back',
  },
  mailAccount: {
    look: async () => ({
      from: 'bookings@clinic.test',
      identities: { address: undefined, domain: 'Success' },
      quota: { perDay: 50_000, perSecond: 14, sentToday: 3 },
      isSendingEnabled: true,
    }),
  },
  queueDepth: async () => 0,
  queues: { streamFailures: 'stream', mailFailures: 'mail' },
} as const satisfies Partial<DiagnosticsDeps>;
