import type { KnownKeywords } from '../../shared/settings/keywords.ts';
import { defaultSettings, settingsSchema, type VersionedSettings } from '../../shared/settings/settings.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import { MemoryTable } from './memory-table.ts';

export class FakeSettingsStore implements SettingsStore {
  readonly #table = new MemoryTable<VersionedSettings>();
  readonly #keywords = new Set<string>();

  async get(): Promise<VersionedSettings> {
    const saved = this.#table.get('settings');
    return saved ?? { settings: defaultSettings, version: 0 };
  }

  async put({ settings, version, ...rest }: VersionedSettings): Promise<boolean> {
    if ((this.#table.get('settings')?.version ?? 0) !== version) return false;
    this.#table.put('settings', { settings: settingsSchema.parse(settings), version: version + 1, ...rest });
    return true;
  }

  async observedKeywords(): Promise<KnownKeywords> {
    return new Set(this.#keywords);
  }

  async observe(names: readonly string[]): Promise<void> {
    for (const name of names) this.#keywords.add(name);
  }
}
