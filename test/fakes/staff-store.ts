import type { Connection, Profile, Staff } from '../../shared/staff/staff.ts';
import type { StaffStore } from '../../shared/staff/store.ts';
import { MemoryTable } from './memory-table.ts';

export class FakeStaffStore implements StaffStore {
  readonly #table = new MemoryTable<Staff>();

  async get(email: string): Promise<Staff | undefined> {
    return this.#table.get(email);
  }

  async list(): Promise<Staff[]> {
    return this.#table.all().sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  async add(staff: Staff): Promise<boolean> {
    if (this.#table.get(staff.email)) return false;
    this.#table.put(staff.email, staff);
    return true;
  }

  async setProfile(email: string, { name, phone, locale, calendarId }: Profile): Promise<boolean> {
    return this.#table.update(
      email,
      () => true,
      // What is not given goes.
      (staff) => ({ ...staff, name, phone, locale, calendarId }) as Staff,
    );
  }

  async setCalendar(email: string, calendarId: string, name: string | undefined): Promise<boolean> {
    return this.#table.update(
      email,
      () => true,
      ({ chosen: _chosen, ...staff }) => ({ ...staff, calendarId, ...(name && { chosen: { calendarId, name } }) }),
    );
  }

  async setConnection(email: string, connection: Connection, grantId?: string | null): Promise<boolean> {
    return grantId === undefined
      ? this.#table.update(
          email,
          () => true,
          ({ parked: _parked, ...staff }) => ({ ...staff, connection }),
        )
      : this.#table.update(
          email,
          (staff) => staff.connection.grantId === (grantId ?? undefined),
          (staff) => ({ ...staff, connection }),
        );
  }

  async park(email: string, parked: NonNullable<Staff['parked']>): Promise<void> {
    this.#table.update(
      email,
      (staff) => !staff.parked || staff.parked.until < parked.until,
      (staff) => ({ ...staff, parked }),
    );
  }

  async delete(email: string): Promise<void> {
    this.#table.delete(email);
  }
}
