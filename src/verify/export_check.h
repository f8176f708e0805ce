#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "merkle/note.h"

// Checks exports of the audit log against the log's public key, without the server.
namespace verify {

struct Report {
  std::int64_t first = 0;
  std::int64_t end = 0;  // the leaves that were read
  std::vector<std::string> faults = {};
};

// `earlier` are checkpoints that were kept: the export must continue what they stand for.
Report check_export(std::istream& file, const merkle::NoteKey& key,
                    const std::vector<merkle::Checkpoint>& earlier);

}  // namespace verify
