import type { Fault, Faults } from "../faults/faults.ts";
import type { Prolific, ProlificOptions } from "../model.ts";
import type { BatchOptions } from "../seeds/seed-batch.ts";
import type { DatasetOptions } from "../seeds/seed-dataset.ts";
import type { RecordedRequest } from "./record.ts";

export interface SandboxOptions extends Partial<ProlificOptions> {
  /** Default: any free port. */
  readonly port?: number;
  /** PEM texts: it then speaks HTTPS only. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface Sandbox {
  /** Without a trailing slash: `http://127.0.0.1:<port>`, with TLS `https://localhost:<port>`. */
  readonly url: string;
  readonly token: string;
  readonly prolific: Prolific;
  readonly faults: Faults;
  /** Every request so far; emptied by `reset`. */
  readonly requests: RecordedRequest[];
  /** Called and awaited before a request is handled: before its fault is chosen and the work is done. */
  onRequest: ((request: RecordedRequest) => void | Promise<void>) | null;
  /** Adds faults, in the order in which they are checked. */
  fault(...faults: Fault[]): void;
  addDataset(options?: DatasetOptions): string;
  addBatch(options?: BatchOptions): string;
  /** Forgets batches, datasets, faults and requests. */
  reset(): void;
  /** Closes every connection and leaves nothing running. */
  close(): Promise<void>;
}
