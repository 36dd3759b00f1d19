import { ContractError, type Where } from "../errors.ts";

/** A JSON object whose fields are checked as they are read. */
export class Fields {
  private readonly values_: Readonly<Record<string, unknown>>;
  private readonly where: Where;

  constructor(json: unknown, where: Where) {
    this.where = where;
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new ContractError(where, "the response is not a JSON object");
    }
    this.values_ = json as Record<string, unknown>;
  }

  error(problem: string, options?: { final: boolean }): ContractError {
    return new ContractError(this.where, `the response ${problem}`, options);
  }

  /** The whole object, unchecked. */
  get json(): unknown {
    return this.values_;
  }

  raw(name: string): unknown {
    return this.values_[name];
  }

  optionalString(name: string): string | undefined {
    const value = this.values_[name];
    return typeof value === "string" ? value : undefined;
  }

  /** An empty string counts as missing. */
  optionalText(name: string): string | undefined {
    const value = this.optionalString(name);
    return value === "" ? undefined : value;
  }

  /** Ids are compared in lower case (contract 2). */
  id(name: string): string {
    const value = this.values_[name];
    if (typeof value === "string" && value !== "") return value.toLowerCase();
    throw this.error(`has no "${name}"`);
  }

  optionalCount(name: string): number | undefined {
    const value = this.values_[name];
    return Number.isSafeInteger(value) && Number(value) >= 0
      ? Number(value)
      : undefined;
  }

  count(name: string): number {
    const value = this.optionalCount(name);
    if (value === undefined) throw this.error(`has no count in "${name}"`);
    return value;
  }

  /** A word from a list. If it is missing or not a string, the read failed. An unknown word is final (contract 4). */
  oneOf<T extends string>(name: string, words: readonly T[]): T {
    const value = this.values_[name];
    if (typeof value !== "string" || value === "")
      throw this.error(`has no "${name}"`);
    const word = words.find((known) => known === value);
    if (word !== undefined) return word;
    throw this.error(
      `has the ${name} "${value}", which this action does not know`,
      {
        final: true,
      },
    );
  }

  list(name: string): Fields[] {
    if (!Array.isArray(this.values_[name]))
      throw this.error(`has no list "${name}"`);
    return this.optionalList(name);
  }

  optionalList(name: string): Fields[] {
    const value = this.values_[name];
    return Array.isArray(value)
      ? value.map((item) => new Fields(item, this.where))
      : [];
  }

  optionalRecord(name: string): Fields {
    const value = this.values_[name];
    return new Fields(
      typeof value === "object" && value !== null ? value : {},
      this.where,
    );
  }

  entries(): [string, Fields][] {
    return Object.keys(this.values_).map((key) => [
      key,
      this.optionalRecord(key),
    ]);
  }
}
