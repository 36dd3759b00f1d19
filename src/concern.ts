/** What the committed file does not account for, as values (contract 11). */
import type { ImportJob } from "./prolific/schema.ts";

interface ConcernParts {
  /** Rule 1: two ended imports of one content. */
  imported_twice: { dataset: string; imports: readonly ImportJob[] };
  /** Rule 2: the dataset holds more than the file. */
  more_than_file: { dataset: string; datapoints: number; records: number };
  /** Rule 3: a sync would pay for more than the commit brings. */
  unknown_without_task: WithoutTask;
  /** Rule 4: the dataset has not grown by what its import accepted. */
  grown_otherwise: {
    dataset: string;
    grown: number;
    least: number;
    most: number;
    puts: number;
  };
  /** The probe of an append: none of its records was recognised. */
  none_recognised: { dataset: string; probe: number; datapoints: number };
  /** Rule 5: a V3 dataset holds another file; no name: it cannot be known. */
  another_file: {
    dataset: string;
    filename: string | undefined;
    datapoints: number;
  };
  /** Rule 6: more tasks than there is to do. `than` says what was compared. */
  more_tasks: {
    tasks: number;
    most: number;
    than: "datapoints" | "records";
    setups: number;
  };
  /** Rule 6: a sync made a task for every record of the file, or more, beside those that were there. */
  more_synced: { created: number; distinct: number };
  /** Rule 6: a sync has left datapoints without a task. */
  fewer_tasks: { tasks: number; datapoints: number };
}

export interface WithoutTask {
  /** More than the file has; all of the file; left over from another commit. */
  readonly because: "more" | "all" | "left_over";
  readonly without: number;
  readonly distinct: number;
  readonly datapoints: number;
  readonly tasks: number;
}

/** What is not accounted for; `github/concerns.ts` has the words. */
export type Concern = {
  [K in keyof ConcernParts]: Readonly<{ what: K } & ConcernParts[K]>;
}[keyof ConcernParts];
