#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "service/import_content.h"
#include "service/imports.h"

namespace service {

// What a folder of another authority's files holds: PEM and DER files, the index.txt of an OpenSSL
// or easy-rsa CA with what was revoked, and what XCA exports.
struct FolderContent {
  ImportContent content;
  std::map<std::string, Imports::Revoked> revoked;  // by the fingerprint of the certificate
  std::map<std::string, std::int64_t> crl_numbers;  // drawn so far, by the authority's fingerprint
  std::vector<std::string> files;                   // that were read, below the folder
  std::vector<std::string> conflicts;               // what stands against it, file by file
  std::vector<std::string> notes;                   // good to know
};

// Reads a folder and what is below it, or a single file; links are not followed. Each password is
// tried where one is needed. Throws not_found, or invalid_request when there is too much.
FolderContent read_folder(const std::string& path, const std::vector<base::Secret>& passwords);

// A line of index.txt (openssl-ca(1)): status, end, time and reason of revocation, serial, file,
// name, with tabs between.
struct IndexEntry {
  std::string serial_number;  // lower-case hexadecimal without leading zeros
  std::optional<Imports::Revoked> revoked;
};
std::expected<std::vector<IndexEntry>, base::ParseError> read_index(std::string_view text);

// The file beside it, which has the number of the next list in hexadecimal; the last one that was
// drawn is answered. Numbers beyond 62 bits are refused.
std::expected<std::int64_t, base::ParseError> read_crl_number(std::string_view text);

// The preview in words: what would come in, what is here already, what stands against it.
std::string describe(const FolderContent& folder, const ImportPlan& plan);

}  // namespace service
