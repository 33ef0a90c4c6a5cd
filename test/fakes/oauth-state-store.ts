import type { OAuthState, OAuthStateStore } from '../../shared/staff/oauth-state.ts';
import { MemoryTable } from './memory-table.ts';

export class FakeOAuthStateStore implements OAuthStateStore {
  readonly #table = new MemoryTable<{ readonly begun: OAuthState; readonly until: number }>();

  async put(state: OAuthState, until: Date): Promise<void> {
    this.#table.put(state.state, { begun: state, until: until.getTime() });
  }

  async take(state: string, now: Date): Promise<OAuthState | undefined> {
    const found = this.#table.delete(state);
    return found && found.until > now.getTime() ? found.begun : undefined;
  }
}
