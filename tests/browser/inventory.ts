import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Page } from "@playwright/test";

import type { Server } from "./server";
import { api } from "./support";

const run = promisify(execFile);

// What a small company has: names, days of validity, and how they are used.
const issued: [string[], number, string?][] = [
  [["intranet.nordwind.example", "www.nordwind.example", "nordwind.example"], 90],
  [["grafana.ops.nordwind.example"], 90],
  [["vault.ops.nordwind.example", "10.20.0.7"], 30],
  [["printer-3.floor2.nordwind.example"], 365],
  [["mail.nordwind.example", "smtp.nordwind.example", "imap.nordwind.example"], 7],
  [["ldap.nordwind.example"], 60],
  [["build.nordwind.example"], 45],
  [["*.preview.nordwind.example"], 14],
  [["vpn.nordwind.example"], 75, "combined"],
  [["anna.berger@nordwind.example"], 180, "client"],
  [
    ["long-names-that-teams-like.and-deeper-zones-below-them.eu-central.services.nordwind.example"],
    90,
  ],
  [["payments.nordwind.example"], 20],
  [["old-shop.nordwind.example"], 90],
  [["lab-switch.nordwind.example"], 30],
];
const revoked: Record<string, string> = {
  "old-shop.nordwind.example": "cessationOfOperation",
  "lab-switch.nordwind.example": "keyCompromise",
};

type Place = Pick<Server, "url" | "challengePort">;

/** Fills a fresh server with what lists, charts and queues have to show. */
export async function fillInventory(page: Page, server: Place) {
  // A server that ran before the tests may have it already.
  const { data: users } = await api(page, "get", "/users");
  if ((users as { username: string }[]).some(({ username }) => username === "mira.olsen")) return;
  for (const [names, validity_days, cert_type] of issued) {
    const { data } = await api(page, "post", "/certificates", {
      ...((names[0]?.length ?? 0) > 64 ? {} : { common_name: names[0] }),
      san: names.map((name) =>
        name.includes("@") ? `email:${name}` : /^[\d.]+$/.test(name) ? `ip:${name}` : `dns:${name}`,
      ),
      validity_days,
      cert_type: cert_type ?? "server",
    });
    const reason = revoked[names[0] ?? ""];
    if (reason) {
      await api(page, "post", `/certificates/${(data as { id: number }).id}/revoke`, { reason });
    }
  }
  for (const [username, full_name, role] of [
    ["mira.olsen", "Mira Olsen", "operator"],
    ["j.haddad", "Jamal Haddad", "auditor"],
    ["front-desk", "", "viewer"],
  ]) {
    await api(page, "post", "/users", {
      username,
      full_name,
      role,
      email: `${username}@nordwind.example`,
      password: "a long phrase for tests 7",
    });
  }
  await api(page, "post", "/account/apikeys", {
    name: "Terraform",
    permissions: ["read:certificates", "write:certificates"],
    expires_days: 90,
  });
  for (const name of ["sso.nordwind.example", "wiki.nordwind.example", "backup.nordwind.example"]) {
    await api(page, "post", "/csrs", { common_name: name, sans: [`dns:${name}`] });
  }
  const { data: requests } = await api(page, "get", "/csrs");
  const [request] = requests as { id: number }[];
  await api(page, "post", `/csrs/${request?.id}/sign`, { validity_days: 90 });
  await api(page, "post", "/groups", {
    name: "Web team",
    description: "Issues for the shop and its previews",
    permissions: ["read:certificates", "write:certificates"],
  });
  await api(page, "post", "/acme/eab-credentials", {
    description: "Team Web",
    allowed_names: ["shop.nordwind.example", "*.preview.nordwind.example"],
  });
  // Some port: nobody asks there.
  const unreachable = { ...server, challengePort: 0 };
  const failed = withLego(page, unreachable, "unreachable.nordwind.example").catch(() => undefined);
  // One after the other: both answer at the same port.
  await withLego(page, server, "shop.nordwind.example");
  await withLego(page, server, "api.nordwind.example");
  await failed;
}

/** Gets a certificate with lego, as a host would. */
export async function withLego(
  page: Page,
  { url, challengePort }: Place,
  name: string,
  directory = "/acme/directory",
  gone?: AbortSignal,
) {
  const { data } = await api(page, "get", "/cas");
  const root = (data as { is_root: boolean; refid: string }[]).find(({ is_root }) => is_root);
  const folder = await mkdtemp(join(tmpdir(), "certwright-lego-"));
  await run("curl", ["-kfsS", "-o", "root.pem", `${url}/ca/${root?.refid}.pem`], { cwd: folder });
  try {
    await run(
      "lego",
      [
        ...["--server", `${url}${directory}`, "--accept-tos", "--email", `ops@${name}`],
        ...["--domains", name, "--http", "--http.port", `127.0.0.1:${challengePort}`],
        // Somebody may have to approve it first.
        ...["--cert.timeout", "60", "run"],
      ],
      {
        cwd: folder,
        env: { ...process.env, LEGO_CA_CERTIFICATES: join(folder, "root.pem") },
        ...(gone ? { signal: gone } : {}),
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
