/** What the committed file does not account for (contract 11). Values only; `github/concerns.ts` has the words. */
import type { ImportJob } from "./prolific/schema.ts";

interface ConcernParts {
  /** Rule 1: two completed imports of the same content. */
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
  /** The probe of an append: Prolific recognised none of its records. */
  none_recognised: { dataset: string; probe: number; datapoints: number };
  /** Rule 5: a V3 dataset holds another file. Without a name, it is not known which. */
  another_file: {
    dataset: string;
    filename: string | undefined;
    datapoints: number;
  };
  /** Rule 6: more tasks than expected. `than` names what the tasks were compared with. */
  more_tasks: {
    tasks: number;
    most: number;
    than: "datapoints" | "records";
    setups: number;
  };
  /** Rule 6: a sync added at least one task for every record of the file to the existing tasks. */
  more_synced: { created: number; distinct: number };
  /** Rule 6: datapoints have no task after a sync. */
  fewer_tasks: { tasks: number; datapoints: number };
}

export interface WithoutTask {
  /** More datapoints than the file has records; all records of the file; datapoints that another commit left. */
  readonly because: "more" | "all" | "left_over";
  readonly without: number;
  readonly distinct: number;
  readonly datapoints: number;
  readonly tasks: number;
}

/** One thing that the file does not account for. */
export type Concern = {
  [K in keyof ConcernParts]: Readonly<{ what: K } & ConcernParts[K]>;
}[keyof ConcernParts];
