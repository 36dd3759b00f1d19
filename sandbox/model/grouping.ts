/** Which tasks share a group: by size, or by a key in the data (API 2.5, 3.2, 3.6). */
export type Grouping =
  | {
      readonly by: "size";
      readonly tasksPerGroup: number;
      readonly tasks: number;
    }
  | {
      readonly by: "key";
      readonly keys: ReadonlySet<string>;
      readonly tasks: number;
    };

/** No groups yet. Keys in the data beat `tasksPerGroup` (API 2.5). */
export function noGroups(keyed: boolean, tasksPerGroup: number): Grouping {
  return keyed
    ? { by: "key", keys: new Set(), tasks: 0 }
    : { by: "size", tasksPerGroup, tasks: 0 };
}

export function groupCount(grouping: Grouping): number {
  return grouping.by === "key"
    ? grouping.keys.size
    : Math.ceil(grouping.tasks / grouping.tasksPerGroup);
}

/** The result of adding tasks to groups. */
export interface Growth {
  readonly grouping: Grouping;
  readonly groupsCreated: number;
  readonly groupsExpanded: number;
}

/**
 * Adds `count` tasks. By size, the open group is filled before new ones are opened; by key, a task joins
 * the group of its key (API 3.6). `keys` holds one key a task, and is read only when grouping by key.
 */
export function addTasks(
  grouping: Grouping,
  count: number,
  keys: readonly string[],
): Growth {
  if (grouping.by === "key") {
    const touched = new Set(keys.slice(0, count));
    const all = new Set([...grouping.keys, ...touched]);
    const groupsCreated = all.size - grouping.keys.size;
    return {
      grouping: { by: "key", keys: all, tasks: grouping.tasks + count },
      groupsCreated,
      groupsExpanded: touched.size - groupsCreated,
    };
  }
  const grown: Grouping = { ...grouping, tasks: grouping.tasks + count };
  const open = grouping.tasks % grouping.tasksPerGroup !== 0;
  return {
    grouping: grown,
    groupsCreated: groupCount(grown) - groupCount(grouping),
    groupsExpanded: open && count > 0 ? 1 : 0,
  };
}
