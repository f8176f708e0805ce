#include "service/requests.h"

#include "core/issuance.h"
#include "crypto/digest.h"

namespace service {
namespace {

struct Added {
  std::string subject;
  std::string names;
  std::string key_type;
  bool key_is_kept;
};
BOOST_DESCRIBE_STRUCT(Added, (), (subject, names, key_type, key_is_kept))

struct About {
  std::string subject;
  std::optional<core::CertificateId> certificate_id;
};
BOOST_DESCRIBE_STRUCT(About, (), (subject, certificate_id))

base::Uuid new_uuid(crypto::Random& random) {
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  return base::Uuid::from_random(octets);
}

std::string shown_name(const x509::CertificateRequest& csr) {
  if (auto common_name = csr.subject().common_name()) {
    return *common_name;
  }
  const auto& names = csr.subject_alternative_names();
  return names.empty() ? csr.subject().to_string() : names.front().value();
}

storage::StoredRequest existing(db::Session& session, const storage::RequestId& id) {
  auto request = storage::RequestStore{session}.find(id);
  if (!request) {
    throw base::Error{base::ErrorCode::not_found, "no request has this id"};
  }
  return *std::move(request);
}

[[noreturn]] void refuse_signed() {
  throw base::Error{base::ErrorCode::conflict, "the request was signed before"};
}

[[noreturn]] void refuse_twice(const storage::RequestId& id) {
  throw base::Error{base::ErrorCode::conflict,
                    "the same request waits already, as number " + std::to_string(id.to_number())};
}

}  // namespace

void Requests::check(const x509::CertificateRequest& csr) {
  const auto refuse = [](std::string reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"csr", std::move(reason)}}};
  };
  if (!csr.verify_signature()) {
    refuse("its signature is not by its own key");
  }
  const auto requested = core::names_of(csr);
  if (requested.subject.empty() && requested.names.empty()) {
    refuse("has neither a subject nor an alternative name");
  }
  if (auto weakness = csr.public_key().weakness()) {
    refuse(*std::move(weakness));
  }
}

storage::StoredRequest Requests::add(const auth::Act& act, const Incoming& incoming) {
  check(incoming.csr);
  const auto fingerprint = base::to_hex(crypto::sha256(incoming.csr.der()));
  return database_.write(act, [&](db::Session& session) {
    auto added = add_within(session, act, incoming);
    if (!added) {
      refuse_twice(storage::RequestStore{session}.find_waiting(fingerprint).value().id);
    }
    return *std::move(added);
  });
}

std::optional<storage::StoredRequest> Requests::add_within(db::Session& session,
                                                           const auth::Act& act,
                                                           const Incoming& incoming) {
  const auto& csr = incoming.csr;
  storage::RequestStore requests{session};
  const auto fingerprint = base::to_hex(crypto::sha256(csr.der()));
  if (requests.find_waiting(fingerprint)) {
    return std::nullopt;
  }
  const auto common_name = shown_name(csr);
  storage::StoredRequest made{
      .id = requests.new_id(),
      .refid = new_uuid(random_),
      .name = incoming.name.empty() ? common_name : incoming.name,
      .common_name = common_name,
      .subject = csr.subject().to_string(),
      .names = core::combined_text(csr.subject_alternative_names()),
      .key_type = csr.public_key().name(),
      .fingerprint = fingerprint,
      .origin = incoming.private_key ? storage::RequestOrigin::generated
                                     : storage::RequestOrigin::uploaded,
      .department = incoming.department,
      .status = storage::RequestStatus::pending,
      .key_id = incoming.private_key
                    ? std::optional{keys_.store(session, *incoming.private_key, "certificate")}
                    : std::nullopt,
      .certificate_id = std::nullopt,
      .created_at = clock_.now(),
      .created_by = act.by,
      .issued_at = std::nullopt,
      .issued_by = std::nullopt,
      .der = base::to_bytes(csr.der())};
  requests.insert(made);
  session.record("csr", made.id, made.name,
                 Added{made.subject, made.names, made.key_type, made.key_id.has_value()});
  return made;
}

storage::StoredRequest Requests::find(const storage::RequestId& id) {
  return database_.read([&](db::Session& session) { return existing(session, id); });
}

core::Certificate Requests::sign(const auth::Act& act, const storage::RequestId& id,
                                 Issuance::Request order) {
  std::optional<core::KeyId> key_id;
  database_.read([&](db::Session& session) {
    const auto request = existing(session, id);
    if (request.status != storage::RequestStatus::pending) {
      refuse_signed();
    }
    key_id = request.key_id;
    order.private_key = key_id ? std::optional{keys_.load(session, *key_id)} : std::nullopt;
    if (order.description.empty()) {
      order.description = request.name;
    }
  });
  order.with = [&](db::Session& session, const core::Certificate& certificate) {
    const auto request = existing(session, id);
    if (request.key_id != key_id) {
      throw base::Error{base::ErrorCode::conflict, "the request was changed meanwhile: try again"};
    }
    if (!storage::RequestStore{session}.mark_issued(id, certificate.id, certificate.created_at,
                                                    act.by)) {
      refuse_signed();
    }
    if (key_id) {
      keys_.erase(session, *key_id);  // the certificate has it now
    }
    session.record("csr", id, request.name, About{request.subject, certificate.id});
  };
  return issuance_.issue(act, order);
}

storage::StoredRequest Requests::attach_key(const auth::Act& act, const storage::RequestId& id,
                                            const crypto::PrivateKey& key) {
  return database_.write(act, [&](db::Session& session) {
    auto request = existing(session, id);
    if (request.status != storage::RequestStatus::pending) {
      refuse_signed();
    }
    if (request.key_id) {
      throw base::Error{base::ErrorCode::conflict, "the request has its private key already"};
    }
    const auto csr = x509::CertificateRequest::parse(request.der).value();
    if (csr.public_key() != key.public_key()) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"key", "is not the key of this request"}}};
    }
    request.key_id = keys_.store(session, key, "certificate");
    storage::RequestStore{session}.set_key(id, *request.key_id);
    session.record("csr", id, request.name, About{request.subject, std::nullopt});
    return request;
  });
}

void Requests::remove(const auth::Act& act, const storage::RequestId& id) {
  database_.write(act, [&](db::Session& session) {
    const auto request = existing(session, id);
    storage::RequestStore{session}.remove(id);
    if (request.key_id) {
      keys_.erase(session, *request.key_id);
    }
    session.record("csr", id, request.name, About{request.subject, request.certificate_id});
  });
}

}  // namespace service
