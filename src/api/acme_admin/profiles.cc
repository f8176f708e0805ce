#include "api/acme_admin/json_object.h"
#include "api/acme_admin/parts.h"
#include "api/acme_admin/profile_view.h"
#include "auth/permission.h"
#include "storage/acme_store.h"

namespace api::acme_admin {
namespace {

// With the accounts that it is assigned to.
struct AssignedProfileView : ProfileView {
  std::vector<AccountUid> account_ids;
};
BOOST_DESCRIBE_STRUCT(AssignedProfileView, (ProfileView), (account_ids))

struct ProfileBody {
  std::string name;
  json::Raw profile_data;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(ProfileBody, (), (name, profile_data, description))

struct ValidateBody {
  std::string csr;
};
BOOST_DESCRIBE_STRUCT(ValidateBody, (), (csr))

struct Verdict {
  bool valid;
  std::vector<std::string> violations;
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (valid, violations))

struct Profiles {
  Parts parts;

  http::Done<std::vector<ProfileView>> list(const http::Call& call, const PageQuery& query) const;
  http::Created<ProfileView> create(const http::Call& call, const ProfileBody& body) const;
  AssignedProfileView read(const http::Call& call, const ProfileUid& id) const;
  ProfileView replace(const http::Call& call, const ProfileUid& id, const ProfileBody& body) const;
  void remove(const http::Call& call, const ProfileUid& id) const;
  Verdict validate(const http::Call& call, const ProfileUid& id, const ValidateBody& body) const;
  void assign(const http::Call& call, const ProfileUid& id, const AccountUid& account) const;
  void unassign(const http::Call& call, const ProfileUid& id, const AccountUid& account) const;
  std::optional<ProfileView> of_account(const http::Call& call, const AccountUid& account) const;

  ProfileView shown(const core::acme::CsrProfile& profile) const;
};

}  // namespace

void add_profiles(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Profiles{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/csr-profiles",
                              .summary = "List CSR profiles, the newest first",
                              .access = auth::read_acme,
                              .handler = &Profiles::list});
  // The product answers the singular as well.
  for (const auto* path : {"/csr-profiles", "/csr-profile"}) {
    resource.add(http::Endpoint{.method = http::post,
                                .path = path,
                                .summary = "Make a CSR profile: what a CSR has to be like",
                                .access = auth::write_acme,
                                .action = "csr_profile.create",
                                .handler = &Profiles::create});
  }
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/csr-profiles/{profile_id}",
                              .summary = "Read a CSR profile, with its accounts",
                              .access = auth::read_acme,
                              .handler = &Profiles::read});
  for (const auto* path : {"/csr-profiles/{profile_id}", "/csr-profile/{profile_id}"}) {
    resource.add(http::Endpoint{.method = http::put,
                                .path = path,
                                .summary = "Replace a CSR profile",
                                .access = auth::write_acme,
                                .action = "csr_profile.update",
                                .handler = &Profiles::replace});
  }
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/csr-profiles/{profile_id}",
                              .summary = "Delete a CSR profile and its assignments",
                              .access = auth::delete_acme,
                              .action = "csr_profile.delete",
                              .handler = &Profiles::remove});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/csr-profiles/{profile_id}/validate",
                              .summary = "Say what a CSR would break; nothing is issued",
                              .access = auth::read_acme,
                              .handler = &Profiles::validate});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/csr-profiles/{profile_id}/accounts/{account_id}",
                              .summary = "Assign a CSR profile to an account",
                              .access = auth::write_acme,
                              .action = "csr_profile.assign",
                              .handler = &Profiles::assign});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/csr-profiles/{profile_id}/accounts/{account_id}",
                              .summary = "Take a CSR profile from an account",
                              .access = auth::write_acme,
                              .action = "csr_profile.unassign",
                              .handler = &Profiles::unassign});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/accounts/{account_id}/csr-profile",
                              .summary = "Read the CSR profile that binds an account, if any",
                              .access = auth::read_acme,
                              .handler = &Profiles::of_account});
}

ProfileView view(db::Session& session, const core::acme::CsrProfile& profile) {
  return {.id = profile.id,
          .name = profile.name,
          .description = profile.description,
          .profile_data = {profile.profile_data},
          .created_by = Authors{session}.find(profile.created_by, profile.created_at),
          .created_at = profile.created_at,
          .updated_at = profile.updated_at};
}

namespace {

service::AcmeCsrProfiles::Content content_of(const ProfileBody& body) {
  return {.name = body.name,
          .description = body.description.value_or(""),
          .profile_data = json::parse_value(body.profile_data.text).as_object()};
}

// Base64 of the DER, as the contract has it; base64url and PEM, which people have, as well.
x509::CertificateRequest read_csr(const std::string& text) {
  const auto refuse = [](const std::string& reason) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"csr", reason}}};
  };
  base::Bytes octets;
  if (text.find("-----BEGIN") != std::string::npos) {
    octets = base::to_bytes(base::as_bytes(text));
  } else if (auto der = base::from_base64(text)) {
    octets = *std::move(der);
  } else if (auto unpadded = base::from_base64url(text)) {
    octets = *std::move(unpadded);
  } else {
    refuse("not base64");
  }
  auto request = x509::CertificateRequest::parse(octets);
  if (!request) {
    refuse("Cannot parse CSR: " + request.error().reason);
  }
  return *std::move(request);
}

ProfileView Profiles::shown(const core::acme::CsrProfile& profile) const {
  return parts.database.read([&](db::Session& session) { return view(session, profile); });
}

http::Done<std::vector<ProfileView>> Profiles::list(const http::Call& call,
                                                    const PageQuery& query) const {
  auto page = page_of(query, most_on_a_page);
  return parts.database.read([&](db::Session& session) {
    auto found = storage::AcmeCsrProfileStore{session}.list(page.before_id, page.limit);
    http::Done<std::vector<ProfileView>> answer{
        .data = {}, .message = {}, .headers = cut(found, page, parts.base_url, call.request)};
    for (const auto& profile : found) {
      answer.data.push_back(view(session, profile));
    }
    return answer;
  });
}

http::Created<ProfileView> Profiles::create(const http::Call& call, const ProfileBody& body) const {
  return {.data = shown(parts.acme.csr_profiles.create(call.act, content_of(body))), .message = {}};
}

AssignedProfileView Profiles::read(const http::Call& /*call*/, const ProfileUid& id) const {
  const auto profile = parts.acme.csr_profiles.find(id.id());
  return parts.database.read([&](db::Session& session) {
    const auto accounts =
        storage::AcmeCsrProfileStore{session}.accounts_of(id.id(), 10 * most_on_a_page);
    return AssignedProfileView{{view(session, profile)}, {accounts.begin(), accounts.end()}};
  });
}

ProfileView Profiles::replace(const http::Call& call, const ProfileUid& id,
                              const ProfileBody& body) const {
  return shown(parts.acme.csr_profiles.replace(call.act, id.id(), content_of(body)));
}

void Profiles::remove(const http::Call& call, const ProfileUid& id) const {
  parts.acme.csr_profiles.remove(call.act, id.id());
}

Verdict Profiles::validate(const http::Call& /*call*/, const ProfileUid& id,
                           const ValidateBody& body) const {
  parts.acme.csr_profiles.find(id.id());
  auto violations = parts.acme.csr_profiles.try_out(id.id(), read_csr(body.csr));
  return {.valid = violations.empty(), .violations = std::move(violations)};
}

void Profiles::assign(const http::Call& call, const ProfileUid& id,
                      const AccountUid& account) const {
  parts.acme.csr_profiles.set_assigned(call.act, account.id(), id.id(), true);
}

void Profiles::unassign(const http::Call& call, const ProfileUid& id,
                        const AccountUid& account) const {
  parts.acme.csr_profiles.set_assigned(call.act, account.id(), id.id(), false);
}

std::optional<ProfileView> Profiles::of_account(const http::Call& /*call*/,
                                                const AccountUid& account) const {
  return parts.database.read([&](db::Session& session) -> std::optional<ProfileView> {
    const auto found = storage::AcmeStore{session}.find(account.id());
    if (!found) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
    }
    const auto profile = storage::AcmeCsrProfileStore{session}.of(found->id, found->eab_id);
    return profile ? std::optional{view(session, *profile)} : std::nullopt;
  });
}

}  // namespace
}  // namespace api::acme_admin
