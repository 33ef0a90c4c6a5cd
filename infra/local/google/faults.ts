import { z } from 'zod';
import { apiErrorResponse, oauthErrorResponse } from './errors.ts';
import type { HttpResponse } from './http.ts';
import { type GoogleState, nextSerial, type StoredFault } from './state.ts';

/** A token request is `token`, and also `code` or `refresh` by what it brings. */
const OPERATIONS = [
  'any',
  'insert',
  'list',
  'get',
  'patch',
  'update',
  'delete',
  'calendarList',
  'token',
  'code',
  'refresh',
  'revoke',
] as const;

const milliseconds = z.number().int().min(0).default(0);

export const faultSchema = z.strictObject({
  operation: z.enum(OPERATIONS),
  /** Only for this account's calls. */
  account: z.string().toLowerCase().optional(),
  count: z.union([z.number().int().positive(), z.literal('always')]).default(1),
  /** Matching requests to let by first. */
  skip: z.number().int().min(0).default(0),
  status: z.number().int().min(400).max(599).optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  /** With a status or reason: the work is done all the same before the error is answered. */
  committed: z.boolean().default(false),
  /** Waits before the work; the work is then done even if the caller has gone. */
  delayMs: milliseconds,
  /** Waits between the work and the answer. */
  hangAfterMs: milliseconds,
  /** Drops the connection before or after the work. */
  cut: z.enum(['before', 'after']).optional(),
});

export function addFault(state: GoogleState, ordered: z.output<typeof faultSchema>): StoredFault {
  const fault: StoredFault = {
    id: `fault-${nextSerial(state)}`,
    operation: ordered.operation,
    account: ordered.account ?? null,
    left: ordered.count === 'always' ? null : ordered.count,
    skip: ordered.skip,
    struck: 0,
    status: ordered.status ?? null,
    reason: ordered.reason ?? null,
    message: ordered.message ?? null,
    committed: ordered.committed,
    delayMs: ordered.delayMs,
    hangAfterMs: ordered.hangAfterMs,
    cut: ordered.cut ?? null,
  };
  state.faults.push(fault);
  return fault;
}

/** The first ordered fault that strikes this request; counts it. */
export function strike(state: GoogleState, operations: string[], account: string | null): StoredFault | undefined {
  for (const fault of state.faults) {
    const meant = fault.operation === 'any' || operations.includes(fault.operation);
    if (!meant || (fault.account !== null && fault.account !== account) || fault.left === 0) continue;
    if (fault.skip > 0) {
      fault.skip -= 1;
      continue;
    }
    if (fault.left !== null) fault.left -= 1;
    fault.struck += 1;
    return fault;
  }
  return undefined;
}

/** The error that a fault answers with, or nothing when it only delays or cuts. */
export function faultResponse(fault: StoredFault, service: 'calendar' | 'oauth'): HttpResponse | undefined {
  const { status, reason, message } = fault;
  if (status === null && reason === null) return undefined;
  if (service === 'calendar')
    return apiErrorResponse({
      status: status ?? undefined,
      reason: reason ?? undefined,
      message: message ?? undefined,
    });
  const code = status ?? 400;
  const error = reason ?? (code >= 500 ? 'internal_failure' : 'invalid_grant');
  return oauthErrorResponse(
    code,
    error,
    message ?? (error === 'invalid_grant' ? 'Token has been expired or revoked.' : error),
  );
}
