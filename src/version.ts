/** The action's version, as the `User-Agent` names it (contract 8). A test keeps it equal to package.json. */
export const VERSION = "0.1.0";
