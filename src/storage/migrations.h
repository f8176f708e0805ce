#pragma once

#include <span>

#include "db/migrations.h"

namespace storage {

// The steps in migrations/, embedded at build time.
std::span<const db::Migration> migrations();

}  // namespace storage
