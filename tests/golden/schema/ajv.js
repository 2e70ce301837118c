// SPDX-License-Identifier: Apache-2.0
// ajv.js SCHEMA DOCUMENTS: for each document "ok" or "refused", as ajv judges.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");

const read = (path) => JSON.parse(fs.readFileSync(path, "utf8"));
const validate = new Ajv({ schemaId: "auto", unknownFormats: "ignore" }).compile(read(process.argv[2]));
for (const { name, document } of read(process.argv[3]))
	console.log(`${name}: ${validate(document) ? "ok" : "refused"}`);
