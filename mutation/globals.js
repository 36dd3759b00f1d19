/** What the tests import from `@jest/globals`, outside Jest. */
import { expect } from "expect";
import { ModuleMocker } from "jest-mock";
import { toMatchSnapshot } from "jest-snapshot";

expect.extend({ toMatchSnapshot });

export { expect };
export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  test,
} from "jest-circus";
export const jest = new ModuleMocker(globalThis);
