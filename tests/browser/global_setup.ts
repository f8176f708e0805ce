import { startServer } from "./server";

/** The server of all tests but set-up's; CERTWRIGHT_URL names a running one instead. */
export default async function globalSetup() {
  if (process.env.CERTWRIGHT_URL) return;
  process.env.CERTWRIGHT_ADMIN_PASSWORD = "correct horse battery 9";
  const server = await startServer({
    adminPassword: process.env.CERTWRIGHT_ADMIN_PASSWORD,
  });
  process.env.CERTWRIGHT_URL = server.url;
  process.env.CERTWRIGHT_CHALLENGE_PORT = String(server.challengePort);
  return server.stop;
}
