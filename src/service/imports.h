#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/ids.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/import_content.h"
#include "service/keys.h"
#include "service/requests.h"
#include "x509/revocation_reason.h"

namespace service {

// One certificate of a file, and what an import would make of it.
struct ImportCandidate {
  x509::Certificate certificate;
  std::string fingerprint;  // SHA-256, lower-case hexadecimal
  bool is_authority;        // CA:TRUE
  bool is_self_signed;
  std::optional<std::string> issuer_fingerprint;     // of its issuer, here or in the file
  std::optional<crypto::PrivateKey> key;             // of the file
  std::optional<core::AuthorityId> known_authority;  // it is here already, as that
  std::optional<core::CertificateId> known_certificate;
  std::optional<std::string> obstacle;  // why it cannot be kept
};

struct ImportPlan {
  std::vector<ImportCandidate> candidates;  // issuers before what they issued
  std::vector<x509::CertificateRequest> requests;
  std::map<std::size_t, crypto::PrivateKey> request_keys;  // by the place of the request
  std::vector<crypto::PrivateKey> unused_keys;
};

// Brings in certificates, authorities, requests and keys that were made elsewhere.
class Imports {
 public:
  struct Outcome {
    std::vector<core::CertificateId> certificates;
    std::vector<core::AuthorityId> authorities;
    std::vector<storage::RequestId> requests;
    std::vector<core::CertificateId> known_certificates;
    std::vector<core::AuthorityId> known_authorities;
    int keys_kept = 0;
    int updated = 0;  // known ones that got their key
    int revoked = 0;
    std::vector<std::string> left_out;
  };
  // What a foreign authority's own records say of a certificate.
  struct Revoked {
    base::Time at;
    x509::RevocationReason reason;
  };
  struct Options {
    bool authorities = true;
    bool certificates = true;
    bool requests = true;
    bool keys = true;
    bool update_existing = false;   // what is here already gets the key that it lacks
    bool leave_out_others = false;  // what cannot be kept is left out, rather than refused
    std::string name = {};          // of a certificate, or a prefix of names with leave_out_others
    // By the fingerprints of certificates: they are revoked as they come in.
    std::map<std::string, Revoked> revoked = {};
    // The numbers that authorities which come in have given to their lists, by fingerprint: theirs
    // go on from there.
    std::map<std::string, std::int64_t> crl_numbers = {};
    // Runs inside of the transaction, when all is kept.
    std::function<void(db::Session&, const Outcome&)> with = {};
  };
  Imports(db::Database& database, Authorities& authorities, Requests& requests, Keys& keys,
          crypto::Random& random, const base::Clock& clock)
      : database_{database},
        authorities_{authorities},
        requests_{requests},
        keys_{keys},
        random_{random},
        clock_{clock} {}

  // Looks without keeping anything: who issued what, which key belongs to what.
  ImportPlan plan(const ImportContent& content);

  // Keeps it, all in one transaction. Throws invalid_request when something cannot be kept: its
  // issuer is unknown, its key is none that we take, a key belongs to nothing.
  Outcome import(const auth::Act& act, const ImportContent& content, const Options& options);

 private:
  db::Database& database_;
  Authorities& authorities_;
  Requests& requests_;
  Keys& keys_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
