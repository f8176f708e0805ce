#include "service/import_folder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "core/issuance.h"

namespace service {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 20'000;
constexpr std::size_t most_objects = 20'000;
constexpr std::uintmax_t largest_file = 16 << 20;
constexpr int deepest = 12;

// What may hold something; what else lies around (serials, configurations, databases) is no file of
// ours.
bool may_hold_something(const fs::path& file) {
  static constexpr std::string_view endings[] = {".pem", ".crt", ".cer", ".cert", ".der",
                                                 ".key", ".p12", ".pfx", ".p7b",  ".p7c",
                                                 ".csr", ".req", ".p8",  ".pk8",  ".pkcs8"};
  const auto ending = base::lower(file.extension().string());
  return std::ranges::find(endings, ending) != std::end(endings);
}

bool is_index(const fs::path& file) {
  return file.filename() == "index.txt";
}

bool is_crl_number(const fs::path& file) {
  return file.filename() == "crlnumber";
}

std::string contents(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) {
    throw base::Error{base::ErrorCode::unavailable, "cannot read " + file.string()};
  }
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Sorted, so that two runs over the same folder say the same.
std::vector<fs::path> files_below(const fs::path& top) {
  std::error_code error;
  const auto status = fs::status(top, error);
  if (error || !fs::exists(status)) {
    throw base::Error{base::ErrorCode::not_found, "there is no " + top.string()};
  }
  if (fs::is_regular_file(status)) {
    return {top};
  }
  std::vector<fs::path> found;
  for (auto each = fs::recursive_directory_iterator{top}; each != fs::end(each); ++each) {
    if (each.depth() > deepest) {
      each.disable_recursion_pending();
    }
    if (each->is_symlink() || !each->is_regular_file()) {
      continue;
    }
    if (may_hold_something(each->path()) || is_index(each->path()) || is_crl_number(each->path())) {
      found.push_back(each->path());
    }
    if (found.size() > most_files) {
      throw base::Error{base::ErrorCode::invalid_request,
                        "the folder has more than 20000 files: import it in parts"};
    }
  }
  std::ranges::sort(found);
  return found;
}

std::expected<ImportContent, base::ParseError> read_with(
    base::ByteView bytes, const std::vector<base::Secret>& passwords) {
  auto content = read_import(bytes, std::nullopt);
  for (const auto& password : passwords) {
    if (content) {
      break;
    }
    if (auto opened = read_import(bytes, password)) {
      return opened;
    }
  }
  return content;
}

// "yyMMddHHmmssZ" or "yyyyMMddHHmmssZ".
std::expected<base::Time, base::ParseError> index_time(std::string_view text) {
  const bool is_short = text.size() == 13;
  if ((!is_short && text.size() != 15) || text.back() != 'Z') {
    return std::unexpected(base::ParseError{"a time of index.txt cannot be read"});
  }
  auto year = std::string{text.substr(0, is_short ? 2 : 4)};
  if (is_short) {
    year = (year < "50" ? "20" : "19") + year;
  }
  const auto rest = text.substr(text.size() - 11);
  const auto part = [&](std::size_t at) { return std::string{rest.substr(at, 2)}; };
  return base::time_from_text(year + "-" + part(0) + "-" + part(2) + "T" + part(4) + ":" + part(6) +
                              ":" + part(8) + "Z");
}

// OpenSSL writes a reason of its own after the time: "240101000000Z,keyCompromise", and more behind
// holdInstruction, keyTime and CAkeyTime.
std::expected<Imports::Revoked, base::ParseError> revocation_in(std::string_view text) {
  const auto comma = std::min(text.find(','), text.size());
  const auto at = index_time(text.substr(0, comma));
  if (!at) {
    return std::unexpected(at.error());
  }
  auto reason = text.substr(std::min(comma + 1, text.size()));
  reason = reason.substr(0, reason.find(','));
  auto revoked = Imports::Revoked{*at, x509::RevocationReason::unspecified};
  if (reason == "holdInstruction") {
    revoked.reason = x509::RevocationReason::certificateHold;
  } else if (reason == "keyTime") {
    revoked.reason = x509::RevocationReason::keyCompromise;
  } else if (reason == "CAkeyTime") {
    revoked.reason = x509::RevocationReason::caCompromise;
  } else if (const auto known = x509::parse_revocation_reason(reason)) {
    revoked.reason = *known;
  }
  return revoked;
}

std::string without_leading_zeros(std::string text) {
  text = base::lower(text);
  return text.substr(std::min(text.find_first_not_of('0'), text.size()));
}

struct Read {
  fs::path file;
  ImportContent content;
};

bool lies_below(const fs::path& file, const fs::path& folder) {
  const auto [end, unused] = std::ranges::mismatch(folder, file);
  return end == folder.end();
}

// What an index says of the certificates beside and below it. A folder within that has an index of
// its own is another authority's.
void apply_index(FolderContent& folder, const fs::path& index,
                 const std::vector<fs::path>& all_indexes, const std::vector<Read>& read,
                 const std::vector<IndexEntry>& entries) {
  std::map<std::string, std::vector<std::string>> by_serial;  // to fingerprints
  for (const auto& each : read) {
    const bool is_others = std::ranges::any_of(all_indexes, [&](const fs::path& other) {
      return other != index && lies_below(other.parent_path(), index.parent_path()) &&
             lies_below(each.file, other.parent_path());
    });
    if (is_others || !lies_below(each.file, index.parent_path())) {
      continue;
    }
    for (const auto& certificate : each.content.certificates) {
      if (!certificate.is_self_issued()) {
        by_serial[without_leading_zeros(certificate.serial_number().to_string())].push_back(
            base::to_hex(certificate.sha256_fingerprint()));
      }
    }
  }
  std::size_t missing = 0;
  for (const auto& entry : entries) {
    const auto found = by_serial.find(entry.serial_number);
    if (found == by_serial.end()) {
      missing += entry.revoked ? 1 : 0;
      continue;
    }
    for (const auto& fingerprint : found->second) {
      if (entry.revoked) {
        folder.revoked.emplace(fingerprint, *entry.revoked);
      }
    }
  }
  if (missing > 0) {
    folder.conflicts.push_back(index.string() + ": " + std::to_string(missing) +
                               " revoked certificates are not in the folder, so that no list "
                               "could name them any more");
  }
}

// The authority in whose folder a file lies: the only one whose certificate is there, or the only
// one that signed others there.
std::optional<std::string> authority_of(const fs::path& file, const std::vector<Read>& read) {
  std::map<std::string, bool> found;  // by fingerprint: whether it signed others
  const auto each = [&](auto work) {
    for (const auto& one : read) {
      if (lies_below(one.file, file.parent_path())) {
        std::ranges::for_each(one.content.certificates, work);
      }
    }
  };
  each([&](const x509::Certificate& authority) {
    if (!authority.is_ca()) {
      return;
    }
    auto& has_signed = found[base::to_hex(authority.sha256_fingerprint())];
    each([&](const x509::Certificate& other) {
      has_signed = has_signed || (!other.is_self_issued() &&
                                  std::ranges::equal(other.issuer_der(), authority.subject_der()));
    });
  });
  if (found.size() > 1) {
    std::erase_if(found, [](const auto& one) { return !one.second; });
  }
  return found.size() == 1 ? std::optional{found.begin()->first} : std::nullopt;
}

void apply_crl_number(FolderContent& folder, const fs::path& file, const std::vector<Read>& read) {
  const auto number = read_crl_number(contents(file));
  if (!number) {
    folder.conflicts.push_back(file.string() + ": " + number.error().reason);
    return;
  }
  const auto authority = authority_of(file, read);
  if (!authority) {
    folder.notes.push_back(file.string() + ": of which authority it is cannot be told");
    return;
  }
  folder.files.push_back(file.string());
  auto& highest = folder.crl_numbers[*authority];
  highest = std::max(highest, *number);
  folder.notes.push_back(file.string() + ": the next revocation list has at least the number " +
                         std::to_string(*number + 1));
}

std::string counted(std::size_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

}  // namespace

std::expected<std::int64_t, base::ParseError> read_crl_number(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  std::int64_t next = 0;
  const auto* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, next, 16);
  if (error != std::errc{} || read_to != end || next < 1 || next > std::int64_t{1} << 62) {
    return std::unexpected(base::ParseError{"has no number of a list from 1 on, in hexadecimal"});
  }
  return next - 1;
}

std::expected<std::vector<IndexEntry>, base::ParseError> read_index(std::string_view text) {
  std::vector<IndexEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      continue;
    }
    std::vector<std::string_view> fields;
    for (std::size_t at = 0; at <= line.size();) {
      const auto tab = std::min(line.find('\t', at), line.size());
      fields.push_back(line.substr(at, tab - at));
      at = tab + 1;
    }
    const auto where = "line " + std::to_string(number);
    if (fields.size() != 6 || fields[0].size() != 1 ||
        !std::string_view{"VRE"}.contains(fields[0])) {
      return std::unexpected(base::ParseError{where + " is none of an index"});
    }
    IndexEntry entry{.serial_number = without_leading_zeros(std::string{fields[3]}),
                     .revoked = std::nullopt};
    if (fields[0] == "R") {
      const auto revoked = revocation_in(fields[2]);
      if (!revoked) {
        return std::unexpected(base::ParseError{where + ": " + revoked.error().reason});
      }
      entry.revoked = *revoked;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

FolderContent read_folder(const std::string& path, const std::vector<base::Secret>& passwords) {
  FolderContent folder;
  std::vector<Read> read;
  std::vector<fs::path> indexes;
  std::vector<fs::path> crl_numbers;
  for (const auto& file : files_below(path)) {
    if (is_index(file)) {
      indexes.push_back(file);
      continue;
    }
    if (is_crl_number(file)) {
      crl_numbers.push_back(file);
      continue;
    }
    if (fs::file_size(file) > largest_file) {
      folder.conflicts.push_back(file.string() + ": has more than 16 MiB");
      continue;
    }
    const base::Secret text{contents(file)};
    auto content = read_with(base::as_bytes(text.reveal()), passwords);
    if (!content) {
      folder.conflicts.push_back(file.string() + ": " + content.error().reason);
      continue;
    }
    folder.files.push_back(file.string());
    merge(folder.content, *content);
    read.push_back({file, *std::move(content)});
    if (folder.content.certificates.size() + folder.content.keys.size() > most_objects) {
      throw base::Error{base::ErrorCode::invalid_request,
                        "the folder has more than 20000 objects: import it in parts"};
    }
  }
  for (const auto& index : indexes) {
    const auto entries = read_index(contents(index));
    if (!entries) {
      folder.conflicts.push_back(index.string() + ": " + entries.error().reason);
      continue;
    }
    folder.files.push_back(index.string());
    apply_index(folder, index, indexes, read, *entries);
    folder.notes.push_back(index.string() + ": " +
                           counted(entries->size(), "certificate", "certificates") +
                           " by the authority's own records");
  }
  for (const auto& file : crl_numbers) {
    apply_crl_number(folder, file, read);
  }
  return folder;
}

std::string describe(const FolderContent& folder, const ImportPlan& plan) {
  std::string text = counted(folder.files.size(), "file", "files") + " read\n";
  std::size_t leaves = 0;
  std::size_t known = 0;
  for (const auto& candidate : plan.candidates) {
    const auto name = core::display_name(candidate.certificate);
    const bool is_known = candidate.known_authority || candidate.known_certificate;
    if (candidate.obstacle) {
      text += "  conflict: '" + name + "': " + *candidate.obstacle + "\n";
    } else if (candidate.is_authority) {
      text += std::string{"  authority: '"} + name + "'" +
              (candidate.key ? ", with its key" : ", without its key") +
              (is_known ? ", here already" : "") + "\n";
    } else {
      leaves += is_known ? 0 : 1;
      known += is_known ? 1 : 0;
    }
  }
  text += "  " + counted(leaves, "certificate", "certificates") + " to keep, " +
          std::to_string(known) + " here already, " + std::to_string(folder.revoked.size()) +
          " of them revoked\n";
  text += "  " + counted(plan.requests.size(), "request", "requests") + "\n";
  if (!plan.unused_keys.empty()) {
    text += "  conflict: " + counted(plan.unused_keys.size(), "private key", "private keys") +
            " that belong to nothing\n";
  }
  for (const auto& conflict : folder.conflicts) {
    text += "  conflict: " + conflict + "\n";
  }
  for (const auto& note : folder.notes) {
    text += "  " + note + "\n";
  }
  return text;
}

}  // namespace service
