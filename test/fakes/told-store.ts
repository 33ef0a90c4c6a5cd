import type { Found } from '../../shared/aws/clients.ts';
import type { ToldStore } from '../../shared/notifications/store.ts';
import type { Told } from '../../shared/notifications/told.ts';
import { MemoryTable } from './memory-table.ts';

export class FakeToldStore implements ToldStore {
  readonly #table = new MemoryTable<Told>();

  async ofSubject(subject: string): Promise<Told[]> {
    return this.#table.all((told) => told.subject === subject).sort((a, b) => (a.recipient < b.recipient ? -1 : 1));
  }

  async put(told: Told, _expiresAt: number): Promise<Told | undefined> {
    const key = `${told.subject} ${told.recipient}`;
    if ((this.#table.get(key)?.version ?? 0) !== told.version) return undefined;
    this.#table.put(key, { ...told, version: told.version + 1 });
    return this.#table.get(key);
  }

  async noteMessages({ subject, recipient, messages, version }: Told): Promise<Told | undefined> {
    const key = `${subject} ${recipient}`;
    const isStored = this.#table.update(
      key,
      (told) => told.version === version,
      (told) => ({ ...told, messages, version: version + 1 }),
    );
    return isStored ? this.#table.get(key) : undefined;
  }

  async delete({ subject, recipient, version }: Told): Promise<boolean> {
    const key = `${subject} ${recipient}`;
    if ((this.#table.get(key)?.version ?? version) !== version) return false;
    this.#table.delete(key);
    return true;
  }

  async toldTo(email: string, isOver: () => boolean): Promise<Found<string>> {
    if (isOver()) return { found: [], isWhole: false };
    const found = this.#table.all(({ to }) => to.role === 'customer' && (to.person === email || to.address === email));
    return { found: found.map(({ subject }) => subject), isWhole: true };
  }

  all(): Told[] {
    return this.#table.all();
  }
}
