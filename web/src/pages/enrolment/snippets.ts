// Lines that work as they are, for the clients people have. What a client needs to trust our root is
// part of each: a private CA is not in anybody's trust store.

export interface Place {
  /** https://ca.example:8443 */
  origin: string;
  directory: string;
  rootRefid: string;
  host: string;
  /** The credential that the service asks for (RFC 8555, 7.3.4). */
  eab?: { kid: string; hmac: string } | undefined;
}

export const clients = [
  "certbot",
  "lego",
  "acmesh",
  "uacme",
  "dehydrated",
  "caddy",
  "traefik",
  "nginx",
  "apache",
  "haproxy",
  "certmanager",
  "winacme",
] as const;
export type Client = (typeof clients)[number];

export const clientNames: Record<Client, string> = {
  certbot: "certbot",
  lego: "lego",
  acmesh: "acme.sh",
  uacme: "uacme",
  dehydrated: "dehydrated",
  caddy: "Caddy",
  traefik: "Traefik",
  nginx: "nginx",
  apache: "Apache mod_md",
  haproxy: "HAProxy",
  certmanager: "cert-manager",
  winacme: "win-acme",
};

const file = "certwright-root.pem";

/** The first contact cannot be verified yet: the fingerprint that it prints is what to compare. */
export function fetchRoot({ origin, rootRefid }: Place) {
  return [
    `curl -kfsS -o ${file} ${origin}/ca/${rootRefid}.pem`,
    `openssl x509 -in ${file} -noout -sha256 -fingerprint`,
  ].join("\n");
}

/** The lines that are there; those of a credential only where one is asked for. */
function lines(...all: (string | false | undefined)[]) {
  return all.filter((line) => typeof line === "string").join("\n");
}

export function snippet(client: Client, place: Place): string {
  const { directory, host, eab } = place;
  switch (client) {
    case "certbot":
      return lines(
        `REQUESTS_CA_BUNDLE=$PWD/${file} certbot certonly --standalone \\`,
        `  --server ${directory} \\`,
        eab && `  --eab-kid ${eab.kid} --eab-hmac-key ${eab.hmac} \\`,
        `  --agree-tos --register-unsafely-without-email -d ${host}`,
      );
    case "lego":
      return lines(
        `LEGO_CA_CERTIFICATES=$PWD/${file} lego \\`,
        `  --server ${directory} \\`,
        eab && `  --eab --kid ${eab.kid} --hmac ${eab.hmac} \\`,
        `  --accept-tos --email admin@${host} \\`,
        `  --domains ${host} --http run`,
      );
    case "acmesh":
      return lines(
        eab && `acme.sh --register-account --server ${directory} \\`,
        eab && `  --ca-bundle $PWD/${file} \\`,
        eab && `  --eab-kid ${eab.kid} --eab-hmac-key ${eab.hmac}`,
        `acme.sh --issue --standalone -d ${host} \\`,
        `  --server ${directory} \\`,
        `  --ca-bundle $PWD/${file}`,
      );
    case "uacme":
      return lines(
        `# uacme trusts what the system trusts`,
        `cp ${file} /usr/local/share/ca-certificates/certwright-root.crt`,
        `update-ca-certificates`,
        `uacme -y -a ${directory}${eab ? ` -e ${eab.kid}:${eab.hmac}` : ""} new`,
        `UACME_CHALLENGE_PATH=/var/www/html/.well-known/acme-challenge \\`,
        `  uacme -a ${directory} -h /usr/share/uacme/uacme.sh issue ${host}`,
      );
    case "dehydrated":
      return lines(
        `export CURL_CA_BUNDLE=$PWD/${file}`,
        eab && `{ cat /etc/dehydrated/config; printf 'EAB_KID=%s\\nEAB_HMAC_KEY=%s\\n' \\`,
        eab && `  ${eab.kid} ${eab.hmac}; } > dehydrated.conf`,
        `dehydrated${eab ? " --config dehydrated.conf" : ""} --register --accept-terms --ca ${directory}`,
        `dehydrated${eab ? " --config dehydrated.conf" : ""} --cron --domain ${host} --ca ${directory}`,
      );
    case "caddy":
      return lines(
        `# Caddyfile`,
        `${host} {`,
        `  tls {`,
        `    ca ${directory}`,
        `    ca_root /etc/caddy/${file}`,
        eab && `    eab ${eab.kid} ${eab.hmac}`,
        `  }`,
        `  respond "Hello"`,
        `}`,
      );
    case "traefik":
      return lines(
        `# Each router then asks for it: tls.certResolver=certwright`,
        `LEGO_CA_CERTIFICATES=$PWD/${file} traefik \\`,
        `  --entrypoints.web.address=:80 \\`,
        `  --entrypoints.websecure.address=:443 \\`,
        `  --certificatesresolvers.certwright.acme.caserver=${directory} \\`,
        eab && `  --certificatesresolvers.certwright.acme.eab.kid=${eab.kid} \\`,
        eab && `  --certificatesresolvers.certwright.acme.eab.hmacencoded=${eab.hmac} \\`,
        `  --certificatesresolvers.certwright.acme.email=admin@${host} \\`,
        `  --certificatesresolvers.certwright.acme.storage=acme.json \\`,
        `  --certificatesresolvers.certwright.acme.httpchallenge.entrypoint=web`,
      );
    case "nginx":
      return lines(
        `# nginx.conf, with the module ngx_http_acme_module`,
        eab && `# First: echo ${eab.hmac} > /etc/nginx/eab.key`,
        `load_module modules/ngx_http_acme_module.so;`,
        `http {`,
        `  resolver 127.0.0.1;`,
        `  acme_issuer certwright {`,
        `    uri ${directory};`,
        eab && `    external_account_key ${eab.kid} /etc/nginx/eab.key;`,
        `    ssl_trusted_certificate /etc/nginx/${file};`,
        `    state_path /var/cache/nginx/certwright;`,
        `    accept_terms_of_service;`,
        `  }`,
        `  server {`,
        `    listen 80;`,
        `    listen 443 ssl;`,
        `    server_name ${host};`,
        `    acme_certificate certwright;`,
        `    ssl_certificate $acme_certificate;`,
        `    ssl_certificate_key $acme_certificate_key;`,
        `  }`,
        `}`,
      );
    case "apache":
      return lines(
        `# With the modules md and ssl: a2enmod md ssl`,
        `MDCertificateAuthority ${directory}`,
        `MDCACertificateFile /etc/apache2/${file}`,
        eab && `MDExternalAccountBinding ${eab.kid} ${eab.hmac}`,
        `MDCertificateAgreement accepted`,
        `MDContactEmail admin@${host}`,
        `MDomain ${host}`,
        `<VirtualHost *:443>`,
        `  ServerName ${host}`,
        `  SSLEngine on`,
        `</VirtualHost>`,
      );
    case "haproxy":
      return lines(
        `# haproxy.cfg, from HAProxy 3.2 on`,
        eab &&
          `# It cannot send the credential that this service asks for: choose a service without.`,
        `global`,
        `  expose-experimental-directives`,
        `  httpclient.ssl.ca-file /etc/haproxy/${file}`,
        `acme certwright`,
        `  directory ${directory}`,
        `  contact admin@${host}`,
        `  challenge HTTP-01`,
        `  map virt@acme`,
        `frontend web`,
        `  bind :80`,
        `  bind :443 ssl`,
        `  http-request return status 200 content-type text/plain lf-string "%[path,field(-1,/)].%[path,field(-1,/),map(virt@acme)]\\n" if { path_beg '/.well-known/acme-challenge/' }`,
        `  ssl-f-use crt "${host}.pem" acme certwright domains "${host}"`,
      );
    case "certmanager":
      return certManager(place);
    case "winacme":
      return lines(
        `certutil -addstore Root ${file}`,
        `wacs.exe --baseuri ${directory} ^`,
        eab && `  --eab-key-identifier ${eab.kid} --eab-key ${eab.hmac} ^`,
        `  --accepttos --emailaddress admin@${host} ^`,
        `  --source manual --host ${host}`,
      );
  }
}

function certManager({ directory, host, eab }: Place) {
  return lines(
    eab && `kubectl -n cert-manager create secret generic certwright-eab \\`,
    eab && `  --from-literal secret=${eab.hmac}`,
    `kubectl apply -f - <<EOF`,
    `apiVersion: cert-manager.io/v1`,
    `kind: ClusterIssuer`,
    `metadata:`,
    `  name: certwright`,
    `spec:`,
    `  acme:`,
    `    server: ${directory}`,
    `    email: admin@${host}`,
    `    caBundle: $(base64 -w0 ${file})`,
    `    privateKeySecretRef:`,
    `      name: certwright-account`,
    eab && `    externalAccountBinding:`,
    eab && `      keyID: ${eab.kid}`,
    eab && `      keySecretRef:`,
    eab && `        name: certwright-eab`,
    eab && `        key: secret`,
    `    solvers:`,
    `      - http01:`,
    `          ingress:`,
    `            ingressClassName: nginx`,
    `EOF`,
  );
}

export function curlSnippet({ origin, host }: Place) {
  return [
    `curl --cacert ${file} -H "X-API-Key: $CERTWRIGHT_API_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"common_name":"${host}","san":["dns:${host}"]}' \\`,
    `  ${origin}/api/v2/certificates`,
  ].join("\n");
}
