import type { Note, NoteDetails, Notes } from '../../shared/diagnostics/evidence.ts';
import type { EvidenceStore, Topic } from '../../shared/diagnostics/store.ts';
import type { Moment } from '../../shared/time.ts';
import { MemoryTable } from './memory-table.ts';

const keyOf = (topic: Topic, name: string): string => `${topic}#${name}`;

export class FakeEvidenceStore implements EvidenceStore {
  readonly #table = new MemoryTable<{ topic: Topic; name: string; note: Note }>();
  writes = 0;

  async note(topic: Topic, name: string, at: Moment, details: NoteDetails, count: number): Promise<void> {
    this.writes += 1;
    const before = this.#table.get(keyOf(topic, name))?.note.count ?? 0;
    this.#table.put(keyOf(topic, name), { topic, name, note: { at, ...details, count: before + count } });
  }

  async notes(topic: Topic): Promise<Notes> {
    return new Map(this.#table.all((item) => item.topic === topic).map(({ name, note }) => [name, note]));
  }
}
