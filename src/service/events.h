#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "db/database.h"

// Events: what happens to certificates, authorities, accounts, as others are told of it. An event
// is an entry of the audit log under a stable name, so it commits with the change it tells of.
namespace service {

struct EventKind {
  std::string_view name;
  std::string_view description;
};
// All of them, by name.
std::span<const EventKind> event_kinds();

// The kind of that name, of "certificate_issued", or of what other products call it
// ("certificate.issuance"); nothing when there is none.
const EventKind* find_event_kind(std::string_view name);

// What an entry of the audit log tells of; empty: nothing that others are told of.
std::string_view event_name_of(const db::Entry& entry);

struct Event {
  std::optional<core::AuthorityId> authority_id;  // that it is about, or whose certificate
  std::string body;                               // JSON
};
// Tells the whole of it, as things are now.
Event event_of(db::Session& session, const db::Entry& entry, std::string_view name);

// What is sent to try a receiver.
std::string test_event(base::Time now);

}  // namespace service
