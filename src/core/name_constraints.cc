#include "core/name_constraints.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "der/oids.h"

namespace core {
namespace {

using x509::GeneralName;
using x509::GeneralNameType;
using x509::NameConstraint;

// Of a name and the constraint that permits or excludes it.
enum class Side { permitted, excluded };

// The address and the mask, "10.0.0.0/8" or "10.0.0.0/255.0.255.0".
bool covers_address(const std::string& constraint, base::ByteView address, Side side) {
  const auto slash = std::min(constraint.find('/'), constraint.size());
  const auto network = x509::ip_from_text(constraint.substr(0, slash));
  const auto mask_text = constraint.substr(std::min(slash + 1, constraint.size()));
  const auto prefix = base::from_text<unsigned>(mask_text);
  const auto mask = x509::ip_from_text(mask_text);
  if (!network || (!prefix && (!mask || mask->size() != network->size()))) {
    return side == Side::excluded;  // what cannot be read permits nothing and excludes all
  }
  if (network->size() != address.size()) {
    return false;
  }
  for (std::size_t bit = 0; bit < network->size() * 8; ++bit) {
    const auto of = [bit](base::ByteView octets) { return octets[bit / 8] >> (7 - bit % 8) & 1; };
    const bool counts = prefix ? bit < *prefix : of(*mask) != 0;
    if (counts && of(*network) != of(address)) {
      return false;
    }
  }
  return true;
}

// A domain with all below it; with a leading dot, only what is below it.
bool covers_domain(const std::string& constraint, const std::string& host, Side side) {
  if (constraint.empty() || host == constraint) {
    return true;
  }
  if (host.ends_with(constraint.starts_with('.') ? constraint : "." + constraint)) {
    return true;
  }
  if (side == Side::permitted) {
    return false;
  }
  // Clients differ in whether ".example.com" excludes example.com; and a wildcard stands for
  // excluded names too.
  if ("." + host == constraint) {
    return true;
  }
  const auto parent = host.starts_with("*.") ? host.substr(1) : std::string{};
  return !parent.empty() && constraint.ends_with(parent) &&
         constraint.find('.') == constraint.size() - parent.size();
}

// A host, or with a leading dot all hosts of a domain but not that domain itself.
bool covers_host(const std::string& constraint, const std::string& host) {
  return constraint.empty() || host == constraint ||
         (constraint.starts_with('.') && host.ends_with(constraint));
}

bool covers_mailbox(const NameConstraint& constraint, const std::string& mailbox) {
  const auto at = mailbox.rfind('@');
  const auto host = base::lower(mailbox.substr(at + 1));
  const auto wanted_at = constraint.value.rfind('@');
  if (wanted_at == std::string::npos) {
    return covers_host(base::lower(constraint.value), host);
  }
  return constraint.value.substr(0, wanted_at) == mailbox.substr(0, at) &&
         base::lower(constraint.value.substr(wanted_at + 1)) == host;
}

// "a@b", or a domain with or without an "@": all names of that domain and those below it.
bool covers_upn(const std::string& constraint, const std::string& upn) {
  if (constraint.find('@', 1) != std::string::npos) {
    return constraint == upn;
  }
  const auto domain = constraint.starts_with('@') ? constraint.substr(1) : constraint;
  const auto host = upn.substr(upn.rfind('@') + 1);
  return host == domain || host.ends_with(domain.starts_with('.') ? domain : "." + domain);
}

// No standard says what a registered id covers, so what is below it is excluded and not permitted.
bool covers_rid(const std::string& constraint, const std::string& rid, Side side) {
  return rid == constraint || (side == Side::excluded && rid.starts_with(constraint + "."));
}

// The host of a URI; nothing when it has none that is a domain name (RFC 3986, section 3.2).
std::optional<std::string> host_of(const std::string& uri) {
  const auto begin = uri.find("://");
  if (begin == std::string::npos) {
    return std::nullopt;
  }
  auto authority = uri.substr(begin + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  authority = authority.substr(authority.rfind('@') + 1);
  if (authority.starts_with('[')) {
    return std::nullopt;
  }
  const auto host = x509::normalize_dns_name(authority.substr(0, authority.rfind(':')), false);
  return host ? std::optional{*host} : std::nullopt;
}

bool same_attributes(const x509::Name::Rdn& a, const x509::Name::Rdn& b) {
  return std::ranges::is_permutation(a, b, [](const auto& x, const auto& y) {
    return x.type == y.type && base::lower(x.value) == base::lower(y.value);
  });
}

// A directory name covers the names that begin with it (RFC 5280, section 7.1).
bool covers_subject(const std::string& constraint, const x509::Name& subject, Side side) {
  const auto base = x509::Name::parse(constraint);
  if (!base) {
    return side == Side::excluded;
  }
  const auto& prefix = base->rdns();
  const auto& whole = subject.rdns();
  return prefix.size() <= whole.size() &&
         std::ranges::equal(prefix, std::span{whole}.first(prefix.size()), same_attributes);
}

// A name as constraints see it: the directory name is that of the subject.
struct Constrained {
  GeneralNameType type;
  std::string text;
  base::ByteView octets;
  const x509::Name* subject;
};

bool covers(const NameConstraint& constraint, const Constrained& name, Side side) {
  switch (constraint.type) {
    case GeneralNameType::dns:
      return covers_domain(base::lower(constraint.value), name.text, side);
    case GeneralNameType::ip:
      return covers_address(constraint.value, name.octets, side);
    case GeneralNameType::email:
      return covers_mailbox(constraint, name.text);
    case GeneralNameType::uri: {
      // A URI without a domain name meets no constraint on URIs (RFC 5280, section 4.2.1.10).
      const auto host = host_of(name.text);
      return host ? covers_host(base::lower(constraint.value), *host) : side == Side::excluded;
    }
    case GeneralNameType::dir_name:
      return covers_subject(constraint.value, *name.subject, side);
    case GeneralNameType::upn:
      return covers_upn(base::lower(constraint.value), base::lower(name.text));
    case GeneralNameType::rid:
      return covers_rid(constraint.value, name.text, side);
    default:
      return side == Side::excluded;
  }
}

bool lies_outside(const x509::NameConstraints& constraints, const Constrained& name) {
  bool restricted = false;
  bool permitted = false;
  for (const auto& constraint : constraints.permitted) {
    if (constraint.type == name.type) {
      restricted = true;
      permitted = permitted || covers(constraint, name, Side::permitted);
    }
  }
  const bool excluded = std::ranges::any_of(constraints.excluded, [&](const auto& constraint) {
    return constraint.type == name.type && covers(constraint, name, Side::excluded);
  });
  return excluded || (restricted && !permitted);
}

}  // namespace

std::vector<std::string> outside_of(const x509::NameConstraints& constraints,
                                    const x509::Name& subject,
                                    const std::vector<GeneralName>& names) {
  std::vector<std::string> outside;
  for (const auto& name : names) {
    const auto type = name.type();
    // Software that knows no kinds of other names compares a UPN with constraints on any of them.
    const bool is_unknown_to_some =
        type == GeneralNameType::upn &&
        lies_outside(constraints, {GeneralNameType::other, name.value(), name.content(), nullptr});
    const auto directory = type == GeneralNameType::dir_name
                               ? x509::Name::from_der(name.content()).value_or(x509::Name{})
                               : x509::Name{};
    if (is_unknown_to_some ||
        lies_outside(constraints, {type, name.value(), name.content(), &directory})) {
      outside.push_back(name.to_string());
    }
  }
  if (!subject.empty()) {
    if (lies_outside(constraints, {GeneralNameType::dir_name, {}, {}, &subject})) {
      outside.push_back("the subject");
    }
    for (const auto& address : subject.all(der::oids::email_address)) {
      if (lies_outside(constraints, {GeneralNameType::email, address, {}, nullptr})) {
        outside.push_back(address + " in the subject");
      }
    }
  }
  return outside;
}

}  // namespace core
