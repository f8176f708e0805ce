#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "core/certificate.h"
#include "net/http_post.h"
#include "service/authorities.h"
#include "service/ct_settings.h"
#include "service/ct_timestamp.h"
#include "x509/certificate.h"

namespace service {

// Submits pre-certificates to logs of Certificate Transparency, and embeds what they promise
// (RFC 6962). Called while a certificate is being issued: serial and intent are durable, and no
// transaction is open.
class CtSubmission {
 public:
  using Post = std::function<net::PostOutcome(const net::PostRequest&)>;

  struct Wanted {
    core::AuthorityId authority_id;
    core::Source source;
    std::optional<core::TemplateId> template_id;
  };
  struct LogOutcome {
    std::string name;
    std::optional<SignedTimestamp> timestamp;
    std::string reason;  // why there is none
  };

  CtSubmission(db::Database& database, const base::Clock& clock, Post post)
      : database_{database}, clock_{clock}, post_{std::move(post)} {}

  CtSettings settings() { return settings_.get(); }
  // Throws invalid_request with all that is wrong.
  CtSettings change(const auth::Act& act, const CtSettings& settings);

  // Whether such a certificate is submitted.
  bool is_wanted(const Wanted& wanted);

  // The extension with the promises. Signs the pre-certificate: the same with the poison, and with
  // the serial of the certificate. Throws unavailable, with each log's reason, when fewer logs
  // promise than the settings require.
  x509::Extension submit(const Issuer& issuer, const x509::TbsCertificate& tbs);

 private:
  std::vector<LogOutcome> ask(const CtSettings& settings, const std::string& body,
                              base::ByteView issuer_key_hash, base::ByteView tbs) const;

  db::Database& database_;
  const base::Clock& clock_;
  Post post_;
  StoredSettings<CtSettings> settings_{database_, clock_, "ct"};
};

}  // namespace service
