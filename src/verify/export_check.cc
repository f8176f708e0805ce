#include "verify/export_check.h"

#include <algorithm>

#include "json/json.h"

namespace verify {
namespace {

struct Header {
  std::int64_t certwright_audit_export;
  std::int64_t first;
  std::int64_t end;
  std::int64_t tree_size;
  std::vector<std::string> left;
  std::vector<std::string> right;
  std::string checkpoint;
};
BOOST_DESCRIBE_STRUCT(Header, (),
                      (certwright_audit_export, first, end, tree_size, left, right, checkpoint))

constexpr std::int64_t known_version = 1;

class Check {
 public:
  Check(const merkle::NoteKey& key, const std::vector<merkle::Checkpoint>& earlier)
      : key_{key}, earlier_{earlier} {}

  Report run(std::istream& file) {
    try {
      if (read_header(file) && push_all(0, first(), header_.left, "before the first entry")) {
        read_entries(file);
        if (report_.faults.empty() &&
            push_all(end(), size(), header_.right, "behind the last entry") &&
            walk_.root() != checkpoint_.root) {
          fault("these are not the entries that were signed: at least one of them was changed");
        }
      }
    } catch (const base::Error& error) {
      fault(std::string{"the file is no export of an audit log: "} + error.what());
    }
    return report_;
  }

 private:
  std::uint64_t first() const { return static_cast<std::uint64_t>(header_.first); }
  std::uint64_t end() const { return static_cast<std::uint64_t>(header_.end); }
  std::uint64_t size() const { return static_cast<std::uint64_t>(header_.tree_size); }

  bool fault(std::string text) {
    report_.faults.push_back(std::move(text));
    return false;
  }

  bool read_header(std::istream& file) {
    std::string line;
    std::getline(file, line);
    header_ = json::parse<Header>(line, json::Unknown::ignore);
    report_.first = header_.first;
    report_.end = header_.first;
    if (header_.certwright_audit_export != known_version) {
      return fault("this format is newer than this program");
    }
    if (header_.first < 0 || header_.end < header_.first || header_.tree_size < header_.end) {
      return fault("the first line contradicts itself");
    }
    auto opened = merkle::open_checkpoint(header_.checkpoint, key_);
    if (!opened) {
      return fault(opened.error().reason);
    }
    checkpoint_ = *std::move(opened);
    return checkpoint_.size == size() ||
           fault("the checkpoint is of a tree of " + std::to_string(checkpoint_.size) +
                 " entries, the export of one of " + std::to_string(header_.tree_size));
  }

  bool push_all(std::uint64_t from, std::uint64_t to, const std::vector<std::string>& hashes,
                const std::string& where) {
    const auto nodes = merkle::cover(from, to);
    if (nodes.size() != hashes.size()) {
      return fault("the hashes " + where + " are not as many as the tree has there");
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto bytes = base::from_base64(hashes[i]);
      merkle::Hash hash{};
      if (!bytes || bytes->size() != hash.size()) {
        return fault("a hash " + where + " is none");
      }
      std::ranges::copy(*bytes, hash.begin());
      walk_.push(nodes[i], hash);
      compare_earlier();
    }
    return true;
  }

  void read_entries(std::istream& file) {
    std::string line;
    compare_earlier();
    while (walk_.size() < end()) {
      if (!std::getline(file, line)) {
        fault("the file ends after " + std::to_string(report_.end - report_.first) +
              " entries, and says that it has " + std::to_string(header_.end - header_.first));
        return;
      }
      if (line.empty()) {
        fault("leaf " + std::to_string(walk_.size()) + " was deleted from the log");
      }
      walk_.push_leaf(merkle::leaf_hash(base::as_bytes(line)));
      ++report_.end;
      compare_earlier();
    }
    if (std::getline(file, line)) {
      fault("the file has more entries than it says");
    }
  }

  // What was signed before must be what the tree was then.
  void compare_earlier() {
    for (const auto& kept : earlier_) {
      if (kept.size == walk_.size() && walk_.size() >= first() && kept.root != walk_.root()) {
        fault("the log was rewritten: the checkpoint that was kept for " +
              std::to_string(kept.size) + " entries does not fit");
      }
    }
  }

  const merkle::NoteKey& key_;
  const std::vector<merkle::Checkpoint>& earlier_;
  Header header_ = {};
  merkle::Checkpoint checkpoint_ = {};
  merkle::Walk walk_;
  Report report_;
};

}  // namespace

Report check_export(std::istream& file, const merkle::NoteKey& key,
                    const std::vector<merkle::Checkpoint>& earlier) {
  auto report = Check{key, earlier}.run(file);
  for (const auto& kept : earlier) {
    if (static_cast<std::int64_t>(kept.size) > report.end && report.faults.empty()) {
      // Either the export is only a part, or somebody cut the log off.
      report.faults.push_back("the checkpoint that was kept has " + std::to_string(kept.size) +
                              " entries, and this export ends at " + std::to_string(report.end));
    }
  }
  return report;
}

}  // namespace verify
