/** One datapoint as it was sent. */
export type DataRecord = Readonly<Record<string, unknown>>;

/** A record of a file, or why it is none. */
export type Row =
  | { readonly record: DataRecord }
  | { readonly record: null; readonly reason: string };

/** What the bytes of a file came to. */
export type UploadedFile =
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  /** So many records, but nobody kept what they say. */
  | { readonly kind: "counted"; readonly records: number }
  | { readonly kind: "unreadable"; readonly reason: string };
