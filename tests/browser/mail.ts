import { createServer, type AddressInfo } from "node:net";

/** A mail server on this host that takes everything (RFC 5321), and what it was given. */
export async function startMailServer() {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let received = "";
    let inData = false;
    socket.on("error", () => socket.destroy());
    socket.write("220 ready\r\n");
    socket.on("data", (octets) => {
      received += octets.toString("utf8");
      for (;;) {
        const ending = inData ? "\r\n.\r\n" : "\r\n";
        const end = received.indexOf(ending);
        if (end < 0) return;
        const said = received.slice(0, end);
        received = received.slice(end + ending.length);
        if (inData) {
          mails.push(said);
          inData = false;
          socket.write("250 taken\r\n");
        } else if (/^DATA/i.test(said)) {
          inData = true;
          socket.write("354 go on\r\n");
        } else if (/^QUIT/i.test(said)) {
          socket.end("221 bye\r\n");
        } else {
          socket.write("250 fine\r\n");
        }
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    mails,
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise<void>((done) => server.close(() => done())),
  };
}

/** The text of a mail whose parts are in base64 (RFC 2045, 6.8). */
export function plainText(mail: string) {
  return mail
    .split(/^--.*$/m)
    .map((part) => part.split("\r\n\r\n").slice(1).join(""))
    .map((body) => Buffer.from(body, "base64").toString("utf8"))
    .join("\n");
}
