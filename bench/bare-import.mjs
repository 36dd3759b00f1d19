// bare.cjs with the `import` that most scripts have: Node then loads all that node:http could ever need.
import "node:http";
import "./bare.cjs";
