#pragma once

#include <optional>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/issuance.h"
#include "service/keys.h"
#include "storage/request_store.h"
#include "x509/csr.h"

namespace service {

// Certification requests: kept until somebody signs them, and afterwards as history.
class Requests {
 public:
  struct Incoming {
    x509::CertificateRequest csr;
    std::string name = {};  // empty: the common name
    std::string department = {};
    std::optional<crypto::PrivateKey> private_key = std::nullopt;  // when it was made here
  };

  Requests(db::Database& database, Issuance& issuance, Keys& keys, crypto::Random& random,
           const base::Clock& clock)
      : database_{database}, issuance_{issuance}, keys_{keys}, random_{random}, clock_{clock} {}

  // Throws invalid_request when its signature is not by its own key or asks for an authority,
  // conflict when the same request waits already.
  storage::StoredRequest add(const auth::Act& act, const Incoming& incoming);
  // The same within a transaction of its own kind; nothing when the same request waits already.
  std::optional<storage::StoredRequest> add_within(db::Session& session, const auth::Act& act,
                                                   const Incoming& incoming);
  // Throws invalid_request when nobody should sign it, whatever they are asked for.
  static void check(const x509::CertificateRequest& csr);

  // Throws not_found.
  storage::StoredRequest find(const storage::RequestId& id);

  // Issues what `order`, made from the request, says. The request becomes history in the
  // transaction that stores the certificate, which gets the key when it is kept here. Throws
  // conflict when the request was signed before.
  core::Certificate sign(const auth::Act& act, const storage::RequestId& id,
                         Issuance::Request order);

  // Keeps the private key of a request that waits. Throws invalid_request when it is another key.
  storage::StoredRequest attach_key(const auth::Act& act, const storage::RequestId& id,
                                    const crypto::PrivateKey& key);

  // Deletes it with the key, if it still has one. Throws not_found.
  void remove(const auth::Act& act, const storage::RequestId& id);

 private:
  db::Database& database_;
  Issuance& issuance_;
  Keys& keys_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
