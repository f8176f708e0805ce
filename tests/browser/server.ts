import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(process.env.CERTWRIGHT_TEST_BINARY ?? "../../build/release/bin/certwright");

/** A server of its own, on free ports and an empty data directory. */
export interface Server {
  url: string;
  /** The port that http-01 validation connects to. */
  challengePort: number;
  setupToken: string;
  stop: () => Promise<void>;
}

export async function startServer(options: { adminPassword?: string } = {}): Promise<Server> {
  const names = await answerNames();
  const data = await mkdtemp(join(tmpdir(), "certwright-browser-"));
  const [httpsPort, httpPort, challengePort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const plain = Object.entries(process.env).filter(
    ([name]) => !/^CERTWRIGHT_|^DATABASE_URL$/.test(name),
  );
  const server = spawn(
    binary,
    [
      ...["serve", "--welcome", "--data", join(data, "data"), "--listen", "127.0.0.1"],
      ...["--https-port", String(httpsPort), "--http-port", String(httpPort)],
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(plain),
        ...(options.adminPassword ? { CERTWRIGHT_ADMIN_PASSWORD: options.adminPassword } : {}),
        CERTWRIGHT_ACME_HTTP01_PORT: String(challengePort),
        CERTWRIGHT_ACME_ALLOW_TARGETS: "127.0.0.0/8",
        CERTWRIGHT_WEBHOOKS_ALLOW_TARGETS: "127.0.0.0/8",
        CERTWRIGHT_DNS_RESOLVERS: `127.0.0.1:${names.port}`,
        CERTWRIGHT_LIMITS_SIGN_IN: "0",
      },
    },
  );
  try {
    const { said, log } = await ready(server);
    return {
      url: `https://127.0.0.1:${httpsPort}`,
      challengePort,
      setupToken: /\/setup#token=(\S+)/.exec(said)?.[1] ?? "",
      stop: async () => {
        if (server.exitCode === null && server.signalCode === null) {
          const ended = new Promise((done) => server.once("exit", done));
          server.kill();
          await ended;
        } else {
          // It should have lived until now: what it said last tells why it did not.
          console.error(`the server ended with ${server.exitCode ?? server.signalCode}:\n${log()}`);
        }
        names.close();
        await rm(data, { recursive: true, force: true });
      },
    };
  } catch (error) {
    server.kill("SIGKILL");
    names.close();
    throw error;
  }
}

/** What the server printed up to the line that says that it serves. */
function ready(server: ChildProcess) {
  return new Promise<{ said: string; log: () => string }>((done, fail) => {
    let said = "";
    let log = "";
    const late = setTimeout(
      () => fail(new Error(`the server is not ready after 30 s:\n${log}`)),
      30_000,
    );
    server.stdout?.on("data", (text: Buffer) => {
      said += String(text);
      if (/^ready https:/m.test(said)) {
        clearTimeout(late);
        done({ said, log: () => log.slice(-4000) });
      }
    });
    server.stderr?.on("data", (text: Buffer) => (log += String(text)));
    server.once("error", fail);
    server.once("exit", (code) => fail(new Error(`the server ended with ${code}:\n${log}`)));
  });
}

/**
 * A port that nobody uses now and that the system gives to nobody meanwhile: below those of outgoing
 * connections, another one each time, and other ones in each worker.
 */
async function freePort() {
  const worker = Number(process.env.TEST_WORKER_INDEX ?? 0) % 16;
  for (let tries = 0; tries < 1000; ++tries) {
    const port = 12_000 + 1000 * worker + (nextPort++ % 1000);
    if (await isFree(port)) return port;
  }
  throw new Error("no port is free");
}
let nextPort = Math.floor(Math.random() * 1000);

function isFree(port: number) {
  return new Promise<boolean>((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}

/** A resolver to which every name is 127.0.0.1, and which knows of no other record. */
function answerNames() {
  return new Promise<{ port: number; close: () => void }>((done, fail) => {
    const socket = createSocket("udp4");
    socket.on("message", (query, from) => {
      let end = 12;
      while (end < query.length && query[end] !== 0) end += (query[end] ?? 0) + 1;
      const question = query.subarray(12, end + 5);
      const isAddress = question.readUInt16BE(question.length - 4) === 1;
      const header = Buffer.alloc(12);
      query.copy(header, 0, 0, 2);
      header.writeUInt16BE(0x8180, 2);
      header.writeUInt16BE(1, 4);
      header.writeUInt16BE(isAddress ? 1 : 0, 6);
      const address = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
      socket.send(
        Buffer.concat([header, question, ...(isAddress ? [address] : [])]),
        from.port,
        from.address,
      );
    });
    socket.once("error", fail);
    socket.bind(0, "127.0.0.1", () =>
      done({ port: socket.address().port, close: () => socket.close() }),
    );
  });
}
