/** The records that a dataset has seen. Identical records are equal as JSON, in any order of their keys (API 4.2). */
import { isObject } from "./json.ts";

/**
 * An immutable set that shares data with the set before: layers, each at least twice as large as the next, so that many
 * small additions are cheap, and an older state keeps its content.
 */
export type Identities = readonly ReadonlySet<string>[];

export const noIdentities: Identities = [];

export function hasIdentity(identities: Identities, identity: string): boolean {
  return identities.some((layer) => layer.has(identity));
}

/** The set with additional identities. `added` must not be changed afterwards. */
export function withIdentities(
  identities: Identities,
  added: ReadonlySet<string>,
): Identities {
  if (added.size === 0) return identities;
  const last = identities.at(-1);
  if (last === undefined || last.size >= 2 * added.size) {
    return [...identities, added];
  }
  const merged = new Set(last);
  for (const identity of added) merged.add(identity);
  return withIdentities(identities.slice(0, -1), merged);
}

/** The same text for the same JSON value. */
export function identityOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(identityOf).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${identityOf(value[key])}`);
  return `{${members.join(",")}}`;
}
