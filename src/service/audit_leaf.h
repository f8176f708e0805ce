#pragma once

#include <string>

#include "db/database.h"
#include "merkle/tree.h"

namespace service {

// What an audit entry is in the transparency log: one line of JSON, whose octets are hashed as they
// stand. The members and their order are part of the log's format and never change; an export in
// NDJSON consists of these lines.
std::string leaf_text(const db::Entry& entry);
merkle::Hash leaf_hash(const db::Entry& entry);

}  // namespace service
