/** One datapoint as it was sent. */
export type DataRecord = Readonly<Record<string, unknown>>;

/** A record of a file, or why it is not one. */
export type Row =
  | { readonly record: DataRecord }
  | { readonly record: null; readonly reason: string };

/** The result of reading a file. */
export type UploadedFile =
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  /** The number of records, without their content. */
  | { readonly kind: "counted"; readonly records: number }
  | { readonly kind: "unreadable"; readonly reason: string };
