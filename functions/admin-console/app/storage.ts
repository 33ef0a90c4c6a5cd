/** A browser that keeps nothing for us (private windows, blocked storage) throws at every access; the console works without. */
const attempt = <Result>(access: () => Result): Result | undefined => {
  try {
    return access();
  } catch {
    return undefined;
  }
};

interface Kept {
  read(): string | undefined;
  write(value: string | undefined): void;
}

const kept = (storage: () => Storage, name: string): Kept => ({
  read: () => attempt(() => storage().getItem(name)) ?? undefined,
  write: (value) => {
    attempt(() => (value === undefined ? storage().removeItem(name) : storage().setItem(name, value)));
  },
});

/** Of this tab alone, and gone with it. */
export const keptKey = kept(() => sessionStorage, 'booking-meet-admin-key');
export const keptLanguage = kept(() => localStorage, 'booking-meet-language');
