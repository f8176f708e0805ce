import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Whoever is told of events, over HTTPS, with a certificate that no system trusts. */
export async function startReceiver() {
  const folder = await mkdtemp(join(tmpdir(), "certwright-receiver-"));
  await run(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=receiver"],
      ...["-addext", "subjectAltName=IP:127.0.0.1"],
    ],
    { cwd: folder },
  );
  const [key, certificate] = await Promise.all([
    readFile(join(folder, "key.pem"), "utf8"),
    readFile(join(folder, "cert.pem"), "utf8"),
  ]);
  await rm(folder, { recursive: true });
  const received: Received[] = [];
  const answers = { status: 204 };
  const server = createServer({ key, cert: certificate }, (request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answers.status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    received,
    /** What it answers from now on. */
    answers,
    certificate,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** As docs/events.md tells receivers to check it. */
export function isSignedWith(secret: string, { headers, body }: Received) {
  const said = String(headers["x-certwright-signature"]);
  const time = /t=(\d+)/.exec(said)?.[1] ?? "";
  const expected = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  return said === `t=${time},v1=${expected}`;
}
