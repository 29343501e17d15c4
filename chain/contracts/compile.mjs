// Compiles the named contracts of solidity/ with the pinned compiler and writes the answers, as JSON, to standard output.
// Each contract is compiled alone with what it imports: what else lies in the directory cannot change its bytes.
// Nothing is left to defaults that a version or a machine could change.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const solc = require("solc");
const home = dirname(fileURLToPath(import.meta.url));

const settings = {
  evmVersion: "cancun",
  viaIR: true,
  optimizer: { enabled: true, runs: 10000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};
// A contract that the chain would refuse for its size names fewer expected runs in a file of its own: smaller, a little dearer.
const settingsOf = (name) => {
  const path = join(home, "solidity", `${name}.settings.json`);
  if (!existsSync(path)) return settings;
  const { runs } = JSON.parse(readFileSync(path, "utf8"));
  return { ...settings, optimizer: { ...settings.optimizer, runs } };
};
const wanted = ["abi", "devdoc", "userdoc", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"];

// Libraries' files come from the installed packages, all others are our own.
const findImport = (path) => {
  try {
    const directory = path.startsWith("@") ? "node_modules" : "solidity";
    return { contents: readFileSync(join(home, directory, path), "utf8") };
  } catch (error) {
    return { error: error.message };
  }
};

const contracts = {};
const errors = [];
for (const name of process.argv.slice(2)) {
  const source = `${name}.sol`;
  const input = {
    language: "Solidity",
    sources: { [source]: { content: readFileSync(join(home, "solidity", source), "utf8") } },
    settings: { ...settingsOf(name), outputSelection: { [source]: { [name]: wanted } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  errors.push(...(output.errors ?? []));
  contracts[name] = { ...output.contracts?.[source]?.[name], settings: settingsOf(name) };
}
process.stdout.write(JSON.stringify({ version: solc.version(), contracts, errors }));
