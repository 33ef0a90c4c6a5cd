import type { Guest } from './calendar.ts';

export const newGuest = (email: string, name: string): Guest => ({
  email,
  vendor: { email, ...(name && name !== email && { displayName: name }) },
});
