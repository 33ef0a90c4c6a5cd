import type { Errand, ErrandStore } from '../../shared/appointments/errands.ts';
import type { Instant } from '../../shared/time.ts';
import type { ErrandItem, FakeAppointmentStore } from './appointment-store.ts';

/** Errands stand in the appointments table, with its stream and its due index. */
export class FakeErrandStore implements ErrandStore {
  readonly #appointments: FakeAppointmentStore;
  readonly #newToken: () => string;

  constructor(appointments: FakeAppointmentStore, newToken: () => string) {
    this.#appointments = appointments;
    this.#newToken = newToken;
  }

  async get(errandId: string): Promise<Errand | undefined> {
    const item = this.#appointments.errands.get(errandId);
    if (!item?.token) return undefined;
    const { token, cursor, staffEmail } = item;
    return { errandId, token, ...(cursor && { cursor }), ...(staffEmail && { staffEmail }) };
  }

  async request(errandId: string, dueAt: Instant, wake: 'now' | 'later'): Promise<void> {
    this.#ask({ errandId, token: this.#newToken(), dueAt }, wake);
  }

  async requestStaff(staffEmail: string, dueAt: Instant, wake: 'now' | 'later'): Promise<void> {
    this.#ask({ errandId: `errand#staff:${staffEmail}`, token: this.#newToken(), dueAt, staffEmail }, wake);
  }

  async ensureDaily(staffEmail: string, dueAt: Instant): Promise<void> {
    const errandId = `errand#daily:${staffEmail}`;
    const known = this.#appointments.errands.get(errandId);
    this.#ask({ dueAt, ...known, errandId, token: this.#newToken(), staffEmail }, 'later');
  }

  async finish({ errandId, token }: Errand): Promise<void> {
    this.#appointments.errands.update(
      errandId,
      (item) => item.token === token,
      ({ errandId: id, staffEmail }) => ({ errandId: id, ...(staffEmail && { staffEmail }) }),
    );
  }

  async postpone({ errandId, token, cursor }: Errand, dueAt: Instant): Promise<void> {
    this.#appointments.errands.update(
      errandId,
      (item) => item.token === token,
      ({ cursor: _before, ...item }) => ({ ...item, dueAt, ...(cursor && { cursor }) }),
    );
  }

  #ask(item: ErrandItem, wake: 'now' | 'later'): void {
    this.#appointments.errands.put(item.errandId, item);
    if (wake === 'now') this.#appointments.woken.push(item.errandId);
  }
}
