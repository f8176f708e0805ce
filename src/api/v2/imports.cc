#include "api/v2/imports.h"

#include "api/v2/import_view.h"
#include "core/issuance.h"
#include "crypto/pem.h"
#include "http/form.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

constexpr std::size_t longest_name = 200;

struct ImportBody {
  static constexpr bool is_form = true;
  static constexpr json::Alias aliases[] = {{"pem_content", "certificate"},
                                            {"pem", "certificate"},
                                            {"descr", "name"},
                                            {"passphrase", "password"}};
  std::optional<std::string> certificate;
  std::optional<http::Upload> file;
  std::optional<base::Secret> private_key;
  std::optional<base::Secret> password;
  std::optional<std::string> name;
  std::optional<bool> import_key;
  std::optional<bool> update_existing;
  std::optional<core::AuthorityId> ca_id;
};
BOOST_DESCRIBE_STRUCT(ImportBody, (),
                      (certificate, file, private_key, password, name, import_key, update_existing,
                       ca_id))

// PEM, or the base64 of a file.
struct AnalyzeBody {
  base::Secret content;
  std::optional<base::Secret> password;
};
BOOST_DESCRIBE_STRUCT(AnalyzeBody, (), (content, password))

struct ExecuteOptions {
  std::optional<bool> import_cas;
  std::optional<bool> import_certs;
  std::optional<bool> import_csrs;
  std::optional<bool> import_keys;
  std::optional<bool> skip_duplicates;
  std::optional<std::string> description_prefix;
};
BOOST_DESCRIBE_STRUCT(ExecuteOptions, (),
                      (import_cas, import_certs, import_csrs, import_keys, skip_duplicates,
                       description_prefix))

struct ExecuteBody {
  base::Secret content;
  std::optional<base::Secret> password;
  std::optional<ExecuteOptions> options;
};
BOOST_DESCRIBE_STRUCT(ExecuteBody, (), (content, password, options))

struct ExecuteResult {
  bool success;
  std::int64_t cas_imported;
  std::int64_t certificates_imported;
  std::int64_t csrs_imported;
  std::int64_t keys_matched;
  ImportedIds imported_ids;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(ExecuteResult, (),
                      (success, cas_imported, certificates_imported, csrs_imported, keys_matched,
                       imported_ids, errors, warnings))

struct Format {
  std::string name;
  std::vector<std::string> extensions;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(Format, (), (name, extensions, description))

struct ObjectType {
  std::string name;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(ObjectType, (), (name, description))

struct Formats {
  std::vector<Format> formats;
  std::vector<ObjectType> object_types;
  std::vector<std::string> features;
};
BOOST_DESCRIBE_STRUCT(Formats, (), (formats, object_types, features))

struct Imports {
  db::Database& database;
  service::Imports& imports;
  service::Authorities& authorities;

  http::Created<json::Raw> certificate(const http::Call& call, const ImportBody& body) const;
  http::Done<AuthorityView> authority(const http::Call& call, const ImportBody& body) const;
  Analysis analyze(const http::Call& call, const AnalyzeBody& body) const;
  http::Done<ExecuteResult> execute(const http::Call& call, const ExecuteBody& body) const;
  Formats formats(const http::Call& call) const;

 private:
  AuthorityView view_of(const core::AuthorityId& id, base::Time now) const;
  CertificateView view_of(const core::CertificateId& id, base::Time now) const;
};

}  // namespace

void add_imports(http::Surface& surface, db::Database& database, service::Imports& imports,
                 service::Authorities& authorities) {
  http::Resource import{surface, "Import", Imports{database, imports, authorities}};

  import.add(http::Endpoint{.method = http::post,
                            .path = "/certificates/import",
                            .summary = "Keep certificates that were issued elsewhere",
                            .access = auth::write_certificates,
                            .limit = http::Limit::strict,
                            .action = "certificate.import",
                            .handler = &Imports::certificate});
  import.add(http::Endpoint{.method = http::post,
                            .path = "/cas/import",
                            .summary = "Keep an authority that was made elsewhere",
                            .access = auth::write_cas,
                            .limit = http::Limit::strict,
                            .action = "ca.import",
                            .handler = &Imports::authority});
  import.add(http::Endpoint{.method = http::post,
                            .path = "/import/analyze",
                            .summary = "Look at what a file holds, without keeping it",
                            .access = auth::read_certificates,
                            .limit = http::Limit::strict,
                            .handler = &Imports::analyze});
  import.add(http::Endpoint{.method = http::post,
                            .path = "/import/execute",
                            .summary = "Keep all that a file holds",
                            .access = auth::write_certificates,
                            .limit = http::Limit::strict,
                            .action = "import.execute",
                            .handler = &Imports::execute});
  import.add(http::Endpoint{.method = http::get,
                            .path = "/import/formats",
                            .summary = "List what can be imported",
                            .access = auth::Access::to_everyone_signed_in(),
                            .handler = &Imports::formats});
}

namespace {

[[noreturn]] void refuse(const std::string& field, std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, std::move(reason)}}};
}

service::ImportContent read(const char* field, base::ByteView bytes,
                            const std::optional<base::Secret>& password) {
  auto content = service::read_import(bytes, password);
  if (!content) {
    refuse(field, content.error().reason);
  }
  return *std::move(content);
}

service::ImportContent content_of(const ImportBody& body) {
  if (body.file.has_value() == body.certificate.has_value()) {
    refuse("file", body.file ? "give either a file or the text of a certificate" : "missing");
  }
  auto content = body.file ? read("file", body.file->bytes(), body.password)
                           : read("certificate", base::as_bytes(*body.certificate), body.password);
  if (body.private_key) {
    merge(content, read("private_key", base::as_bytes(body.private_key->reveal()), body.password));
  }
  if (content.certificates.empty()) {
    refuse(body.file ? "file" : "certificate", "holds no certificate");
  }
  return content;
}

// JSON has no bytes: what is not PEM comes as base64.
service::ImportContent content_of(const base::Secret& text,
                                  const std::optional<base::Secret>& password) {
  const auto bytes = base::as_bytes(text.reveal());
  if (!crypto::looks_like_pem(bytes)) {
    const auto decoded = base::from_base64(text.reveal());
    if (!decoded) {
      refuse("content", "is neither PEM nor the base64 of a file");
    }
    return read("content", *decoded, password);
  }
  return read("content", bytes, password);
}

service::Imports::Options options_of(const ImportBody& body) {
  if (body.name && body.name->size() > longest_name) {
    refuse("name", "has more than 200 characters");
  }
  service::Imports::Options options;
  options.requests = false;
  options.keys = body.import_key.value_or(true);
  options.update_existing = body.update_existing.value_or(false);
  options.name = body.name.value_or("");
  return options;
}

bool may(const http::Call& call, const auth::Permission& permission) {
  return call.caller.rights.include(permission.name());
}

void refuse_authorities_without_right(const http::Call& call,
                                      const service::ImportContent& content) {
  for (const auto& certificate : content.certificates) {
    if (certificate.is_ca() && !may(call, auth::write_cas)) {
      throw base::Error{base::ErrorCode::forbidden,
                        "there is an authority in the file, which needs the permission write:cas"};
    }
  }
}

// Nothing new and nothing changed: said as what it is, rather than as a success.
void refuse_known(const service::Imports::Outcome& outcome) {
  if (!outcome.certificates.empty() || !outcome.authorities.empty() || outcome.updated > 0) {
    return;
  }
  std::string number;
  if (!outcome.known_certificates.empty()) {
    number = "certificate " + std::to_string(outcome.known_certificates.front().to_number());
  } else if (!outcome.known_authorities.empty()) {
    number = "authority " + std::to_string(outcome.known_authorities.front().to_number());
  }
  throw base::Error{base::ErrorCode::conflict,
                    "this is here already, as " + number +
                        "; with update_existing it gets a private key that it lacks"};
}

std::string counted(std::size_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string message_of(const service::Imports::Outcome& outcome) {
  return counted(outcome.certificates.size(), "certificate", "certificates") + " and " +
         counted(outcome.authorities.size(), "authority", "authorities") + " imported, " +
         std::to_string(outcome.known_certificates.size() + outcome.known_authorities.size()) +
         " were here already";
}

// The one that the caller asks about: the new one, or else the one that was updated.
template <class Id>
std::optional<Id> shown(const std::vector<Id>& added, const std::vector<Id>& known) {
  if (!added.empty()) {
    return added.front();
  }
  return known.empty() ? std::nullopt : std::optional{known.front()};
}

http::Created<json::Raw> Imports::certificate(const http::Call& call,
                                              const ImportBody& body) const {
  const auto content = content_of(body);
  refuse_authorities_without_right(call, content);
  const auto outcome = imports.import(call.act, content, options_of(body));
  refuse_known(outcome);
  const auto certificate = shown(outcome.certificates, outcome.known_certificates);
  const bool only_authorities =
      outcome.certificates.empty() && (!outcome.authorities.empty() || !certificate);
  auto ids = imported_ids(outcome);
  json::Raw said;
  if (only_authorities) {
    const auto authority = shown(outcome.authorities, outcome.known_authorities).value();
    said.text = json::to_text(ImportedAuthority{view_of(authority, call.now), std::move(ids)});
  } else {
    said.text = json::to_text(ImportedCertificate{view_of(*certificate, call.now), std::move(ids)});
  }
  return {.data = std::move(said), .message = message_of(outcome)};
}

http::Done<AuthorityView> Imports::authority(const http::Call& call, const ImportBody& body) const {
  const auto content = content_of(body);
  for (const auto& certificate : content.certificates) {
    if (!certificate.is_ca()) {
      refuse(body.file ? "file" : "certificate",
             "'" + core::display_name(certificate) +
                 "' is not the certificate of an authority: import it under certificates");
    }
  }
  const auto outcome = imports.import(call.act, content, options_of(body));
  refuse_known(outcome);
  // Those above come first, and the one that was meant last.
  const auto& shown = outcome.authorities.empty() ? outcome.known_authorities : outcome.authorities;
  return {.data = view_of(shown.back(), call.now), .message = message_of(outcome)};
}

Analysis Imports::analyze(const http::Call& call, const AnalyzeBody& body) const {
  const auto content = content_of(body.content, body.password);
  return analysis(content, imports.plan(content), call.now);
}

http::Done<ExecuteResult> Imports::execute(const http::Call& call, const ExecuteBody& body) const {
  const auto content = content_of(body.content, body.password);
  const auto wanted = body.options.value_or(ExecuteOptions{});
  service::Imports::Options options;
  options.authorities = wanted.import_cas.value_or(true);
  options.certificates = wanted.import_certs.value_or(true);
  options.requests = wanted.import_csrs.value_or(true);
  options.keys = wanted.import_keys.value_or(true);
  options.update_existing = true;
  options.leave_out_others = true;
  options.name = wanted.description_prefix.value_or("");
  if (options.name.size() > longest_name) {
    refuse("options.description_prefix", "has more than 200 characters");
  }
  if (options.authorities) {
    refuse_authorities_without_right(call, content);
  }
  if (options.requests && !content.requests.empty() && !may(call, auth::write_csrs)) {
    throw base::Error{base::ErrorCode::forbidden,
                      "there is a request in the file, which needs the permission write:csrs"};
  }
  const auto outcome = imports.import(call.act, content, options);
  ExecuteResult result{.success = outcome.left_out.empty(),
                       .cas_imported = std::ssize(outcome.authorities),
                       .certificates_imported = std::ssize(outcome.certificates),
                       .csrs_imported = std::ssize(outcome.requests),
                       .keys_matched = outcome.keys_kept,
                       .imported_ids = imported_ids(outcome),
                       .errors = outcome.left_out,
                       .warnings = {}};
  const auto known = outcome.known_certificates.size() + outcome.known_authorities.size();
  if (known > 0) {
    auto said = counted(known, "certificate was", "certificates were") + " here already";
    (wanted.skip_duplicates.value_or(true) ? result.warnings : result.errors)
        .push_back(std::move(said));
    result.success = result.errors.empty();
  }
  return {.data = std::move(result), .message = message_of(outcome)};
}

Formats Imports::formats(const http::Call& /*call*/) const {
  return {
      .formats = {{"PEM", {"pem", "crt", "cer", "key", "csr"}, "one or several objects as text"},
                  {"DER", {"der", "cer", "crt"}, "one certificate, request or private key"},
                  {"PKCS#7", {"p7b", "p7c"}, "several certificates"},
                  {"PKCS#12", {"p12", "pfx"}, "a private key with its certificates"}},
      .object_types = {{"certificate", "a certificate of a server, a person or a device"},
                       {"ca", "the certificate of an authority"},
                       {"private_key", "a private key, also when it is encrypted"},
                       {"csr", "a request for a certificate"}},
      .features = {"several objects in one file", "text around PEM blocks",
                   "keys are matched to certificates and requests",
                   "chains are linked by key identifier and signature",
                   "what is here already is recognized"}};
}

AuthorityView Imports::view_of(const core::AuthorityId& id, base::Time now) const {
  const auto count = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.issued_by(id); });
  return view(*authorities.issuer(id), count, now);
}

CertificateView Imports::view_of(const core::CertificateId& id, base::Time now) const {
  const auto certificate = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  return views(database, {*certificate}, authorities, now).front();
}

}  // namespace
}  // namespace api::v2
