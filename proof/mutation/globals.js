/** What the tests import from `@jest/globals`, outside Jest. */
import { ModuleMocker } from "jest-mock";

export { expect } from "expect";
export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  test,
} from "jest-circus";
export const jest = new ModuleMocker(globalThis);
