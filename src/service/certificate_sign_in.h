#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/sign_in_certificate.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/identity_settings.h"
#include "service/issuance.h"
#include "service/revocation.h"
#include "service/sign_in.h"

namespace service {

// Signing in with a client certificate. Whoever shows one in TLS has proven to have its key; it
// counts when it is one that a user enrolled (known by its fingerprint, whoever issued it), is
// switched on, has not ended and was not revoked by an authority of ours.
class CertificateSignIn {
 public:
  static constexpr std::size_t most_certificates = 20;  // of one user

  // What became of a certificate that was shown.
  struct Shown {
    std::optional<core::SignInCertificate> certificate;
    std::optional<core::User> user;
    std::string problem;  // empty: it signs the user in
  };
  struct SignedIn {
    SignIn::Opened opened;
    core::SignInCertificate certificate;
  };
  struct Order {
    std::string name;
    std::optional<std::int64_t> validity_days;
    std::optional<std::int64_t> authority_id;
  };
  struct Made {
    core::SignInCertificate certificate;
    base::Secret private_key;  // PEM; shown this once
  };
  struct Page {
    std::vector<core::SignInCertificate> items;
    std::int64_t total;
  };

  CertificateSignIn(db::Database& database, SignIn& sign_in, Authorities& authorities,
                    Issuance& issuance, Revocation& revocation, const base::Clock& clock)
      : database_{database},
        sign_in_{sign_in},
        authorities_{authorities},
        issuance_{issuance},
        revocation_{revocation},
        clock_{clock} {}

  MtlsSettings settings() { return settings_.get(); }
  MtlsSettings change(const auth::Act& act, const MtlsSettings& settings);
  // Called after a change, to make the server ask for certificates. Set while wiring.
  void on_change(std::function<void()> listener) { changed_ = std::move(listener); }

  Shown look_at(base::ByteView der);
  // Throws unauthenticated, in words that tell nothing of accounts; rate_limited.
  SignedIn sign_in(const auth::Act& act, base::ByteView der);

  std::vector<core::SignInCertificate> list(const core::UserId& user);
  Page list(const std::optional<core::UserId>& user, int limit, std::int64_t offset);
  core::SignInCertificate find(const core::SignInCertificateId& id);

  // The certificate that the caller shows becomes one that signs the caller in.
  core::SignInCertificate enroll(const auth::Act& act, const auth::Caller& caller,
                                 std::string_view name, base::ByteView der);
  // Issues one for the caller, with a key that nobody keeps.
  Made create(const auth::Act& act, const auth::Caller& caller, const Order& order);

  // The caller's own.
  core::SignInCertificate set_enabled(const auth::Act& act, const auth::Caller& caller,
                                      const core::SignInCertificateId& id, bool is_enabled);
  void remove(const auth::Act& act, const auth::Caller& caller,
              const core::SignInCertificateId& id);
  // Of anybody. Throws conflict when no authority of ours issued it.
  core::SignInCertificate revoke(const auth::Act& act, const core::SignInCertificateId& id,
                                 x509::RevocationReason reason);

 private:
  core::AuthorityId issuing_authority(const std::optional<std::int64_t>& wanted);

  db::Database& database_;
  SignIn& sign_in_;
  Authorities& authorities_;
  Issuance& issuance_;
  Revocation& revocation_;
  const base::Clock& clock_;
  StoredSettings<MtlsSettings> settings_{database_, clock_, "mtls"};
  std::function<void()> changed_ = [] {};
};

}  // namespace service
