#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>

#include "auth/caller.h"
#include "core/access.h"
#include "core/certificate.h"
#include "core/restriction.h"
#include "core/user.h"
#include "db/database.h"

namespace service {

// Who sees and uses certificates of some authorities, templates or tags only. A restriction is of a
// user, or of a group and so of its members; administrators have none. Whoever has several reaches
// what one of them admits.
class Restrictions {
 public:
  explicit Restrictions(db::Database& database) : database_{database} {}

  // What the caller, or the owner of the caller's API key, may see at this moment.
  std::shared_ptr<const core::Reach> reach_of(const auth::Caller& caller);

  // Throw not_found for what is out of reach, in the words of what does not exist.
  void require(const auth::Caller& caller, const core::CertificateId& id);
  void require(const auth::Caller& caller, const core::AuthorityId& id);
  void require(const auth::Caller& caller, const core::TemplateId& id);
  // For a certificate that is to be made. Returns the tags that it gets.
  std::vector<core::Tag> require_new(const auth::Caller& caller, const core::AuthorityId& authority,
                                     const std::optional<core::TemplateId>& made_by,
                                     const std::vector<core::Tag>& tags);

  core::Restriction of(const core::UserId& id);
  core::Restriction of(const core::GroupId& id);
  std::map<core::GroupId, core::Restriction> of_groups(const core::UserId& id);

  // An empty one lifts the restriction.
  void set(const auth::Act& act, const core::UserId& id, const core::Restriction& restriction);
  void set(const auth::Act& act, const core::GroupId& id, const core::Restriction& restriction);

  // What was committed may concern what is known by heart.
  void note_changes(std::span<const db::Entry> entries);

 private:
  // Like that of API keys: what another node changes counts a second later.
  static constexpr std::chrono::seconds life{1};
  static constexpr std::size_t most_kept = 10'000;
  struct Kept {
    std::shared_ptr<const core::Reach> reach;
    std::chrono::steady_clock::time_point until;
  };

  core::Reach read(const core::UserId& id);

  db::Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Kept> kept_;
  std::uint64_t version_ = 0;
};

// Whether somebody reaches the certificate, as it is tagged now.
bool is_within(db::Session& session, const core::Reach& reach,
               const core::Certificate& certificate);

}  // namespace service
