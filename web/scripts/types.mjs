// Writes src/api/schema.d.ts from the server's OpenAPI document.
// Usage: npm run types -- PATH, or CERTWRIGHT_OPENAPI=PATH npm run types
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = process.argv[2] ?? process.env.CERTWRIGHT_OPENAPI;
if (!source) {
  console.error("Give the OpenAPI document: npm run types -- openapi.json");
  console.error("The server prints it: certwright openapi > openapi.json");
  process.exit(2);
}
const tree = await openapiTS(pathToFileURL(source), { defaultNonNullable: false });
await writeFile(new URL("../src/api/schema.d.ts", import.meta.url), astToString(tree));
