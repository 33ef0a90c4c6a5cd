import type { Instant } from '../time.ts';

/** A booking's place among all: its start, then its id. Sorts as text. */
export type ListPlace = string;
export const listPlace = (start: Instant, appointmentId: string): ListPlace => `${start} ${appointmentId}`;
