import type { StaffSecret } from '../../shared/google/calendar.ts';
import type { Grant, GrantStore } from '../../shared/staff/grants.ts';
import { MemoryTable } from './memory-table.ts';

/** As many accounts as are kept for one staff member. */
const KEPT_GRANTS = 3;

export class FakeGrantStore implements GrantStore {
  readonly #secrets = new MemoryTable<StaffSecret>();

  secretName(email: string): string {
    return `grants/${email}`;
  }

  async read(email: string): Promise<StaffSecret> {
    return this.ofSecret(this.secretName(email));
  }

  async add(email: string, grant: Grant): Promise<void> {
    const others = this.ofSecret(this.secretName(email)).grants.filter(({ sub }) => sub !== grant.sub);
    this.#secrets.put(this.secretName(email), { grants: [grant, ...others].slice(0, KEPT_GRANTS) });
  }

  async delete(email: string): Promise<void> {
    this.#secrets.delete(this.secretName(email));
  }

  /** What the calendar finds under a secret's name. */
  ofSecret(secretName: string): StaffSecret {
    return this.#secrets.get(secretName) ?? { grants: [] };
  }
}
