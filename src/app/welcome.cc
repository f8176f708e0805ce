#include "app/welcome.h"

namespace app {

std::string welcome_text(const Welcome& welcome) {
  const auto directory = welcome.https_base + "/acme/directory";
  const auto root = welcome.http_base + "/ca/" + welcome.root_reference + ".pem";
  const auto link = setup_link_of(welcome);
  std::string text = "\n  Certwright " CERTWRIGHT_VERSION " is running.\n\n";
  text += "  Console          " + welcome.https_base + "/\n";
  if (!link.empty()) {
    text += "  Set up (once)    " + link + "\n";
  }
  text += "  ACME directory   " + directory + "\n";
  text += "  Root, SHA-256    " + welcome.root_fingerprint + "\n\n";
  text += "  Get the root certificate, and compare its fingerprint with the one above:\n";
  text += "    curl -o certwright-root.pem " + root + "\n";
  text += "    openssl x509 -in certwright-root.pem -noout -fingerprint -sha256\n\n";
  text += "  Get a first certificate (the name must lead to the host that asks, on port 80):\n";
  text += "    REQUESTS_CA_BUNDLE=certwright-root.pem certbot certonly --standalone \\\n";
  text += "      --server " + directory + " -d host.example.com \\\n";
  text += "      --agree-tos --register-unsafely-without-email\n";
  text += "    LEGO_CA_CERTIFICATES=certwright-root.pem lego --server " + directory + " \\\n";
  text += "      --email you@example.com --accept-tos --http -d host.example.com run\n\n";
  text += "  Ask the API:\n";
  text += "    curl --cacert certwright-root.pem " + welcome.https_base + "/api/v2/health\n\n";
  return text;
}

std::string setup_link_of(const Welcome& welcome) {
  if (welcome.setup_token.empty()) {
    return {};
  }
  // In the fragment, which browsers keep to themselves: the token is in no log.
  return welcome.https_base + "/setup#token=" + std::string{welcome.setup_token.reveal()};
}

}  // namespace app
