#include "x509/extensions.h"

#include <algorithm>

#include "base/error.h"
#include "crypto/digest.h"
#include "der/oids.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

// More than enough for real certificates; bounds what a hostile list makes us keep.
constexpr std::size_t most_extensions = 64;

template <class Body>
Extension make(const der::Oid& oid, bool critical, Body body) {
  der::Writer writer;
  body(writer);
  return {oid, critical, std::move(writer).take()};
}

GeneralName checked_url(const std::string& url) {
  auto name = GeneralName::uri(url);
  if (!name) {
    throw base::Error{base::ErrorCode::invalid_request, url + ": " + name.error().reason};
  }
  return *std::move(name);
}

// DistributionPointName ::= CHOICE { fullName [0] GeneralNames, ... } in its own [0].
void write_full_name(der::Writer& writer, const std::vector<std::string>& urls) {
  writer.context(0, [&] {
    writer.context(0, [&] {
      for (const auto& url : urls) {
        checked_url(url).write(writer);
      }
    });
  });
}

// One point per URL: each is a complete CRL of its own (RFC 5280, section 4.2.1.13).
Extension distribution_points(const der::Oid& oid, const std::vector<std::string>& urls) {
  return make(oid, false, [&](der::Writer& writer) {
    writer.sequence([&] {
      for (const auto& url : urls) {
        writer.sequence([&] { write_full_name(writer, {url}); });
      }
    });
  });
}

Extension null_extension(const der::Oid& oid) {
  return make(oid, false, [](der::Writer& writer) { writer.null(); });
}

}  // namespace

void Extension::write(der::Writer& writer) const {
  writer.sequence([&] {
    writer.oid(oid);
    if (critical) {
      writer.boolean(true);
    }
    writer.octet_string(value);
  });
}

Extension basic_constraints(const BasicConstraints& constraints) {
  return make(oids::basic_constraints, true, [&](der::Writer& writer) {
    writer.sequence([&] {
      if (constraints.is_ca) {
        writer.boolean(true);
        if (constraints.path_length) {
          writer.integer(static_cast<std::uint64_t>(*constraints.path_length));
        }
      }
    });
  });
}

Extension key_usage(KeyUsages usages) {
  return make(oids::key_usage, true,
              [&](der::Writer& writer) { writer.named_bits(usages.bits()); });
}

Extension extended_key_usage(const std::vector<der::Oid>& usages, bool critical) {
  return make(oids::extended_key_usage, critical, [&](der::Writer& writer) {
    writer.sequence([&] {
      for (const auto& usage : usages) {
        writer.oid(usage);
      }
    });
  });
}

Extension subject_alternative_name(std::span<const GeneralName> names, bool critical) {
  return make(oids::subject_alternative_name, critical, [&](der::Writer& writer) {
    writer.sequence([&] {
      for (const auto& name : names) {
        name.write(writer);
      }
    });
  });
}

Extension subject_key_identifier(base::ByteView identifier) {
  return make(oids::subject_key_identifier, false,
              [&](der::Writer& writer) { writer.octet_string(identifier); });
}

Extension authority_key_identifier(base::ByteView identifier) {
  return make(oids::authority_key_identifier, false, [&](der::Writer& writer) {
    writer.sequence([&] { writer.primitive(tag::context(0), identifier); });
  });
}

Extension crl_distribution_points(const std::vector<std::string>& urls) {
  return distribution_points(oids::crl_distribution_points, urls);
}

Extension freshest_crl(const std::vector<std::string>& urls) {
  return distribution_points(oids::freshest_crl, urls);
}

Extension authority_information_access(const AuthorityInformation& information) {
  return make(oids::authority_information_access, false, [&](der::Writer& writer) {
    const auto write = [&](const der::Oid& method, const std::vector<std::string>& urls) {
      for (const auto& url : urls) {
        writer.sequence([&] {
          writer.oid(method);
          checked_url(url).write(writer);
        });
      }
    };
    writer.sequence([&] {
      write(oids::access_ocsp, information.ocsp);
      write(oids::access_ca_issuers, information.ca_issuers);
    });
  });
}

Extension certificate_policies(const std::vector<Policy>& policies) {
  return make(oids::certificate_policies, false, [&](der::Writer& writer) {
    const auto write_qualifiers = [&](const Policy& policy) {
      if (!policy.cps.empty()) {
        writer.sequence([&] {
          writer.oid(oids::qualifier_cps);
          writer.ia5_string(checked_url(policy.cps).value());
        });
      }
      if (!policy.user_notice.empty()) {
        writer.sequence([&] {
          writer.oid(oids::qualifier_user_notice);
          writer.sequence([&] { writer.utf8_string(policy.user_notice); });
        });
      }
    };
    writer.sequence([&] {
      for (const auto& policy : policies) {
        writer.sequence([&] {
          writer.oid(policy.oid);
          if (!policy.cps.empty() || !policy.user_notice.empty()) {
            writer.sequence([&] { write_qualifiers(policy); });
          }
        });
      }
    });
  });
}

Extension must_staple() {
  return make(oids::tls_feature, false,
              [](der::Writer& writer) { writer.sequence([&] { writer.integer(5); }); });
}

Extension ocsp_nocheck() {
  return null_extension(oids::ocsp_nocheck);
}

Extension no_rev_avail() {
  return null_extension(oids::no_rev_avail);
}

Extension acme_identifier(base::ByteView key_authorization_sha256) {
  return make(oids::acme_identifier, true,
              [&](der::Writer& writer) { writer.octet_string(key_authorization_sha256); });
}

Extension crl_number(std::uint64_t number) {
  return make(oids::crl_number, false, [&](der::Writer& writer) { writer.integer(number); });
}

Extension delta_crl_indicator(std::uint64_t base_number) {
  return make(oids::delta_crl_indicator, true,
              [&](der::Writer& writer) { writer.integer(base_number); });
}

Extension issuing_distribution_point(const IssuingDistributionPoint& point) {
  constexpr std::uint8_t yes = 0xff;
  return make(oids::issuing_distribution_point, true, [&](der::Writer& writer) {
    writer.sequence([&] {
      if (!point.urls.empty()) {
        write_full_name(writer, point.urls);
      }
      if (point.only_user_certificates) {
        writer.primitive(tag::context(1), {&yes, 1});
      }
      if (point.only_ca_certificates) {
        writer.primitive(tag::context(2), {&yes, 1});
      }
    });
  });
}

std::expected<Extension, base::ParseError> custom_extension(const der::Oid& oid, bool critical,
                                                            base::Bytes value) {
  DER_CHECK(der::read_only_element(value));
  return Extension{oid, critical, std::move(value)};
}

base::Bytes key_identifier(const crypto::PublicKey& key) {
  const auto digest = crypto::sha256(key.key_bits());
  return {digest.begin(), digest.begin() + 20};
}

std::expected<std::vector<Extension>, base::ParseError> read_extensions(base::ByteView sequence) {
  der::Reader outer{sequence};
  auto list = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  std::vector<Extension> extensions;
  do {  // SEQUENCE SIZE (1..MAX)
    auto item = DER_TRY(list.sequence());
    const auto oid = DER_TRY(item.oid());
    bool critical = false;
    if (item.next_is(tag::boolean)) {
      critical = DER_TRY(item.boolean());
    }
    const auto value = DER_TRY(item.octet_string());
    DER_CHECK(item.end());
    if (find_extension(extensions, oid) != nullptr) {
      return der::refuse("the extension " + oid.to_string() + " is there twice");
    }
    if (extensions.size() == most_extensions) {
      return der::refuse("there are too many extensions");
    }
    extensions.push_back({oid, critical, base::to_bytes(value)});
  } while (!list.at_end());
  return extensions;
}

const Extension* find_extension(std::span<const Extension> extensions, const der::Oid& oid) {
  const auto found = std::ranges::find(extensions, oid, &Extension::oid);
  return found == extensions.end() ? nullptr : &*found;
}

}  // namespace x509
