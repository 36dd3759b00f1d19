/** Jest runs this before the first test. */
import { compileAll } from "./compiled.js";

export default compileAll;
