#include <algorithm>

#include "api/acme_admin/parts.h"
#include "api/acme_admin/uid.h"
#include "auth/permission.h"
#include "base/text.h"

namespace api::acme_admin {
namespace {

using storage::AcmeCertificate;
using storage::AcmeCertificateFilter;

struct CertificateView {
  CertificateUid id;
  std::optional<AccountUid> account_id;
  std::optional<OrderUid> order_id;
  x509::SerialNumber serial_number;
  std::string fingerprint;
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at;
  std::optional<std::string> revocation_reason;
  std::vector<std::string> san_values;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(CertificateView, (),
                      (id, account_id, order_id, serial_number, fingerprint, not_before, not_after,
                       revoked_at, revocation_reason, san_values, created_at))

struct ListQuery {
  std::optional<AccountUid> account_id;
  std::optional<std::string> serial;
  std::optional<std::string> fingerprint;
  std::optional<storage::AcmeCertificateStatus> status;
  std::optional<std::string> domain;
  std::optional<base::Time> expiring_before;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (),
                      (account_id, serial, fingerprint, status, domain, expiring_before, limit,
                       offset, cursor))

struct FilterBody {
  std::optional<AccountUid> account_id;
  std::optional<std::vector<std::string>> serial_numbers;
  std::optional<std::string> serial_number;  // one of them
  std::optional<std::string> domain;
  std::optional<base::Time> issued_before;
  std::optional<base::Time> issued_after;
};
BOOST_DESCRIBE_STRUCT(FilterBody, (),
                      (account_id, serial_numbers, serial_number, domain, issued_before,
                       issued_after))

struct BulkBody {
  FilterBody filter;
  std::optional<int> reason;
  std::optional<bool> dry_run;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (filter, reason, dry_run))

struct RefusedView {
  std::string serial_number;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(RefusedView, (), (serial_number, error))

struct PreviewView {
  bool dry_run;
  std::int64_t matching_certificates;
  std::vector<std::string> serial_numbers;
};
BOOST_DESCRIBE_STRUCT(PreviewView, (), (dry_run, matching_certificates, serial_numbers))

struct OutcomeView {
  std::int64_t revoked;
  std::vector<RefusedView> errors;
  std::int64_t total_matched;
};
BOOST_DESCRIBE_STRUCT(OutcomeView, (), (revoked, errors, total_matched))

struct Certificates {
  Parts parts;

  http::Done<std::vector<CertificateView>> list(const http::Call& call,
                                                const ListQuery& query) const;
  CertificateView by_serial(const http::Call& call, const std::string& serial) const;
  CertificateView by_fingerprint(const http::Call& call, const std::string& fingerprint) const;
  json::Raw bulk_revoke(const http::Call& call, const BulkBody& body) const;

  CertificateView only(const AcmeCertificateFilter& filter, base::Time now) const;
};

}  // namespace

void add_certificates(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Certificates{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/certificates",
                              .summary = "Search what the ACME server issued, the newest first",
                              .access = {auth::read_certificates, auth::read_acme},
                              .handler = &Certificates::list});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/certificates/{serial}",
                              .summary = "Find a certificate by its serial number",
                              .access = {auth::read_certificates, auth::read_acme},
                              .handler = &Certificates::by_serial});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/certificates/by-fingerprint/{fingerprint}",
                              .summary = "Find a certificate by its SHA-256 fingerprint",
                              .access = {auth::read_certificates, auth::read_acme},
                              .handler = &Certificates::by_fingerprint});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/certificates/bulk-revoke",
                              .summary = "Revoke all certificates that match, or say which would",
                              .access = {auth::write_certificates, auth::write_acme},
                              .limit = http::Limit::strict,
                              .action = "certificate.bulk_revoke",
                              .handler = &Certificates::bulk_revoke});
  surface.routes.back().description.data_schema = {
      {"oneOf", boost::json::array{json::schema<PreviewView>(), json::schema<OutcomeView>()}}};
}

namespace {

// Without colons and blanks, in lower case, as people copy them.
std::string plain_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ':' && c != ' ') {
      digits += base::lower(c);
    }
  }
  return digits.starts_with("0x") ? digits.substr(2) : digits;
}

std::expected<x509::SerialNumber, base::ParseError> read_serial(std::string_view text) {
  auto digits = plain_hex(text);
  if (digits.size() % 2 != 0) {
    digits.insert(0, "0");
  }
  return x509::SerialNumber::parse(digits);
}

// "DNS:a, IP:192.0.2.1": what is behind the types.
std::vector<std::string> values_of(std::string_view names) {
  std::vector<std::string> values;
  while (!names.empty()) {
    const auto end = std::min(names.find(", "), names.size());
    const auto name = names.substr(0, end);
    values.emplace_back(name.substr(std::min(name.find(':') + 1, name.size())));
    names.remove_prefix(std::min(end + 2, names.size()));
  }
  return values;
}

// In the standard's spelling, as the contract has it.
std::string reason_text(x509::RevocationReason reason) {
  return reason == x509::RevocationReason::caCompromise
             ? "cACompromise"
             : boost::describe::enum_to_string(reason, "unspecified");
}

std::vector<CertificateView> views(db::Session& session,
                                   const std::vector<AcmeCertificate>& certificates) {
  const auto origins = storage::AcmeInventoryStore{session}.origins_of(certificates);
  std::vector<CertificateView> list;
  for (const auto& certificate : certificates) {
    const auto origin = origins.find(certificate.id);
    const bool is_known = origin != origins.end();
    list.push_back(
        {.id = certificate.id,
         .account_id =
             is_known ? std::optional<AccountUid>{origin->second.account_id} : std::nullopt,
         .order_id = is_known ? std::optional<OrderUid>{origin->second.order_id} : std::nullopt,
         .serial_number = certificate.serial_number,
         .fingerprint = certificate.fingerprint,
         .not_before = certificate.not_before,
         .not_after = certificate.not_after,
         .revoked_at = certificate.revoked_at,
         .revocation_reason = certificate.revocation_reason
                                  ? std::optional{reason_text(*certificate.revocation_reason)}
                                  : std::nullopt,
         .san_values = values_of(certificate.names),
         .created_at = certificate.created_at});
  }
  return list;
}

http::Done<std::vector<CertificateView>> Certificates::list(const http::Call& call,
                                                            const ListQuery& query) const {
  const auto page = page_of({query.limit, query.offset, query.cursor}, usual_limit);
  AcmeCertificateFilter filter{
      .status = query.status, .domain = query.domain, .expiring_before = query.expiring_before};
  if (filter.domain) {
    filter.domain = base::lower(*filter.domain);
  }
  if (query.account_id) {
    filter.account_id = query.account_id->id();
  }
  if (query.fingerprint) {
    filter.fingerprint = plain_hex(*query.fingerprint);
  }
  http::Done<std::vector<CertificateView>> answer{.data = {}, .message = {}};
  if (query.serial) {
    const auto serial = read_serial(*query.serial);
    if (!serial) {
      return answer;  // no certificate has such a number
    }
    filter.any_serial = {*serial};
  }
  parts.database.read([&](db::Session& session) {
    auto found = storage::AcmeInventoryStore{session}.certificates(filter, page, call.now);
    answer.headers = cut(found, page, parts.base_url, call.request);
    answer.data = views(session, found);
  });
  return answer;
}

CertificateView Certificates::only(const AcmeCertificateFilter& filter, base::Time now) const {
  return parts.database.read([&](db::Session& session) {
    const auto found = storage::AcmeInventoryStore{session}.certificates(filter, {.limit = 1}, now);
    if (found.empty()) {
      throw base::Error{base::ErrorCode::not_found, "Certificate not found"};
    }
    return views(session, found).front();
  });
}

CertificateView Certificates::by_serial(const http::Call& call, const std::string& text) const {
  const auto serial = read_serial(text);
  if (!serial) {
    throw base::Error{base::ErrorCode::not_found, "Certificate not found"};
  }
  return only({.any_serial = {*serial}}, call.now);
}

CertificateView Certificates::by_fingerprint(const http::Call& call,
                                             const std::string& fingerprint) const {
  return only({.fingerprint = plain_hex(fingerprint)}, call.now);
}

// Throws invalid_request for what matches everything: no filter is no wish.
AcmeCertificateFilter filter_of(const FilterBody& body) {
  constexpr std::size_t most_numbers = 10'000;
  std::vector<base::FieldError> errors;
  auto numbers = body.serial_numbers.value_or(std::vector<std::string>{});
  if (body.serial_number) {
    numbers.push_back(*body.serial_number);
  }
  if (body.serial_numbers && (numbers.empty() || numbers.size() > most_numbers)) {
    errors.push_back({"filter.serial_numbers", "not 1 to 10000 numbers"});
  }
  if (numbers.empty() && !body.account_id && !body.domain && !body.issued_before &&
      !body.issued_after && errors.empty()) {
    errors.push_back({"filter", "is empty: it would match every certificate"});
  }
  if (body.domain && body.domain->empty()) {
    errors.push_back({"filter.domain", "is empty"});
  }
  AcmeCertificateFilter filter{.issued_from = body.issued_after,
                               .issued_before = body.issued_before};
  if (body.account_id) {
    filter.account_id = body.account_id->id();
  }
  if (body.domain) {
    filter.domain = base::lower(*body.domain);
  }
  for (std::size_t i = 0; i < numbers.size() && errors.empty(); ++i) {
    if (const auto serial = read_serial(numbers[i])) {
      filter.any_serial.push_back(*serial);
    } else {
      errors.push_back({"filter.serial_numbers[" + std::to_string(i) + "]", serial.error().reason});
    }
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return filter;
}

x509::RevocationReason reason_of(const BulkBody& body) {
  constexpr int most = 5;
  constexpr int privilege_withdrawn = 9;
  const int number = body.reason.value_or(0);
  if ((number < 0 || number > most) && number != privilege_withdrawn) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", "not one of 0, 1, 2, 3, 4, 5, 9"}}};
  }
  return x509::revocation_reason(number).value();
}

json::Raw Certificates::bulk_revoke(const http::Call& call, const BulkBody& body) const {
  const auto filter = filter_of(body.filter);
  const auto reason = reason_of(body);
  if (body.dry_run.value_or(false)) {
    auto preview = parts.bulk_revocation.preview(filter);
    return {json::to_text(PreviewView{.dry_run = true,
                                      .matching_certificates = preview.matched,
                                      .serial_numbers = std::move(preview.serial_numbers)})};
  }
  const auto outcome = parts.bulk_revocation.run(call.act, filter, reason);
  OutcomeView view{.revoked = outcome.revoked, .errors = {}, .total_matched = outcome.matched};
  for (const auto& refused : outcome.errors) {
    view.errors.push_back({refused.serial_number, refused.error});
  }
  return {json::to_text(view)};
}

}  // namespace
}  // namespace api::acme_admin
