// Lines that work as they are, for the clients people have. What a client needs to trust our root is
// part of each: a private CA is not in anybody's trust store.

export interface Place {
  /** https://ca.example:8443 */
  origin: string;
  directory: string;
  rootRefid: string;
  host: string;
}

export const clients = ["certbot", "lego", "uacme", "dehydrated", "acmesh", "caddy"] as const;
export type Client = (typeof clients)[number];

export const clientNames: Record<Client, string> = {
  certbot: "certbot",
  lego: "lego",
  uacme: "uacme",
  dehydrated: "dehydrated",
  acmesh: "acme.sh",
  caddy: "Caddy",
};

const file = "certwright-root.pem";

/** The first contact cannot be verified yet: the fingerprint that it prints is what to compare. */
export function fetchRoot({ origin, rootRefid }: Place) {
  return [
    `curl -kfsS -o ${file} ${origin}/ca/${rootRefid}.pem`,
    `openssl x509 -in ${file} -noout -sha256 -fingerprint`,
  ].join("\n");
}

export function snippet(client: Client, { directory, host }: Place): string {
  switch (client) {
    case "certbot":
      return [
        `REQUESTS_CA_BUNDLE=$PWD/${file} certbot certonly --standalone \\`,
        `  --server ${directory} \\`,
        `  --agree-tos --register-unsafely-without-email -d ${host}`,
      ].join("\n");
    case "lego":
      return [
        `LEGO_CA_CERTIFICATES=$PWD/${file} lego \\`,
        `  --server ${directory} \\`,
        `  --accept-tos --email admin@${host} \\`,
        `  --domains ${host} --http run`,
      ].join("\n");
    case "uacme":
      return [
        `# uacme trusts what the system trusts`,
        `cp ${file} /usr/local/share/ca-certificates/certwright-root.crt`,
        `update-ca-certificates`,
        `uacme -y -a ${directory} new`,
        `UACME_CHALLENGE_PATH=/var/www/html/.well-known/acme-challenge \\`,
        `  uacme -a ${directory} -h /usr/share/uacme/uacme.sh issue ${host}`,
      ].join("\n");
    case "dehydrated":
      return [
        `export CURL_CA_BUNDLE=$PWD/${file}`,
        `dehydrated --register --accept-terms --ca ${directory}`,
        `dehydrated --cron --domain ${host} --ca ${directory}`,
      ].join("\n");
    case "acmesh":
      return [
        `acme.sh --issue --standalone -d ${host} \\`,
        `  --server ${directory} \\`,
        `  --ca-bundle $PWD/${file}`,
      ].join("\n");
    case "caddy":
      return [
        `# Caddyfile`,
        `${host} {`,
        `  tls {`,
        `    ca ${directory}`,
        `    ca_root /etc/caddy/${file}`,
        `  }`,
        `  respond "Hello"`,
        `}`,
      ].join("\n");
  }
}

export function curlSnippet({ origin, host }: Place) {
  return [
    `curl --cacert ${file} -H "X-API-Key: $CERTWRIGHT_API_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"common_name":"${host}","san":["dns:${host}"]}' \\`,
    `  ${origin}/api/v2/certificates`,
  ].join("\n");
}
