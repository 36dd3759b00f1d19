import type { Fault, Faults } from "../faults/faults.ts";
import type { Prolific, ProlificOptions } from "../model.ts";
import type { BatchOptions } from "../seeds/seed-batch.ts";
import type { DatasetOptions } from "../seeds/seed-dataset.ts";
import type { RecordedRequest } from "./record.ts";

export interface SandboxOptions extends Partial<ProlificOptions> {
  /** Default: any free one. */
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
  /** Is called, and waited for, before a request is looked at: before its fault is chosen and the work is done. */
  onRequest: ((request: RecordedRequest) => void | Promise<void>) | null;
  /** Arms faults, in the order in which they are tried. */
  fault(...faults: Fault[]): void;
  addDataset(options?: DatasetOptions): string;
  addBatch(options?: BatchOptions): string;
  /** Forgets batches, datasets, faults and requests. */
  reset(): void;
  /** Cuts every connection and leaves nothing running. */
  close(): Promise<void>;
}
