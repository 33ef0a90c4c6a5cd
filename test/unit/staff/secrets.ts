import type { SecretReader } from '../../../shared/aws/secrets.ts';

/** Secrets as they stand in this object, which a test may change; `stale` is what memory still holds of some. */
export function secretsOf(
  values: Readonly<Record<string, string>>,
  stale: Record<string, string> = {},
): SecretReader & { readonly reads: string[] } {
  const reads: string[] = [];
  const text = async (secretId: string, fresh = false): Promise<string | undefined> => {
    reads.push(fresh ? `${secretId} fresh` : secretId);
    if (fresh) delete stale[secretId];
    return stale[secretId] ?? values[secretId];
  };
  return {
    reads,
    text,
    list: async (secretId, fresh) => (await text(secretId, fresh))?.split(/\s+/).filter(Boolean) ?? [],
  };
}
