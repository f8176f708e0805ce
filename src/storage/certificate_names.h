#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/session.h"

namespace storage {

// " AND ..." for certificates that have one of these DNS names, or this address, among their names,
// exactly as it stands. Found by the terms of the search, which know names by what follows their
// wildcard, then compared with the names themselves.
void add_any_dns_name(db::Query& query, const std::vector<std::string>& names);
void add_name_or_address(db::Query& query, std::string_view name);

}  // namespace storage
