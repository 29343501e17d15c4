// Compiles solidity/*.sol with the pinned compiler and writes the compiler's own answer, as JSON, to standard output.
// Nothing is left to defaults that a version or a machine could change.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const solc = require("solc");
const home = dirname(fileURLToPath(import.meta.url));

const names = readdirSync(join(home, "solidity")).filter((name) => name.endsWith(".sol")).sort();
const input = {
  language: "Solidity",
  sources: Object.fromEntries(
    names.map((name) => [name, { content: readFileSync(join(home, "solidity", name), "utf8") }]),
  ),
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 10000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: {
      "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"] },
    },
  },
};

// Imports resolve to files of the installed packages only; our own files are all in the input.
const findImport = (path) => {
  try {
    return { contents: readFileSync(join(home, "node_modules", path), "utf8") };
  } catch (error) {
    return { error: error.message };
  }
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
process.stdout.write(JSON.stringify({ version: solc.version(), settings: input.settings, names, output }));
