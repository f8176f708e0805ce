#include "api/v2/zip.h"

#include <boost/crc.hpp>
#include <chrono>

#include "base/error.h"

namespace api::v2 {
namespace {

constexpr std::size_t most_entries = 0xffff;
constexpr std::size_t most_octets = 0x7fff'ffff;
constexpr std::uint32_t local_header = 0x04034b50;
constexpr std::uint32_t central_header = 0x02014b50;
constexpr std::uint32_t end_record = 0x06054b50;
constexpr std::uint16_t version = 20;  // 2.0
constexpr std::uint16_t made_by_unix = 3 << 8 | version;
constexpr std::uint32_t private_file = 0100600U << 16;  // its mode: there may be keys in it

void number(std::string& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) {
    out += static_cast<char>(value >> (8 * i));
  }
}

// Two fields of 16 bits: the time in steps of two seconds, and the date since 1980.
std::uint32_t dos_time(base::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const auto year = std::max(0, static_cast<int>(date.year()) - 1980);
  const auto days = static_cast<std::uint32_t>(year) << 9 |
                    static_cast<unsigned>(date.month()) << 5 | static_cast<unsigned>(date.day());
  const auto seconds = static_cast<std::uint32_t>(
      clock.hours().count() << 11 | clock.minutes().count() << 5 | clock.seconds().count() / 2);
  return days << 16 | seconds;
}

std::uint32_t checksum(std::string_view content) {
  boost::crc_32_type crc;
  crc.process_bytes(content.data(), content.size());
  return crc.checksum();
}

// What both headers of an entry have in common.
void write_facts(std::string& out, const ZipEntry& entry, std::uint32_t time) {
  number(out, version, 2);
  number(out, 0, 2);  // flags
  number(out, 0, 2);  // stored
  number(out, time, 4);
  number(out, checksum(entry.content), 4);
  number(out, static_cast<std::uint32_t>(entry.content.size()), 4);
  number(out, static_cast<std::uint32_t>(entry.content.size()), 4);
  number(out, static_cast<std::uint32_t>(entry.name.size()), 2);
  number(out, 0, 2);  // extra fields
}

}  // namespace

std::string make_zip(const std::vector<ZipEntry>& entries, base::Time made_at) {
  const auto time = dos_time(made_at);
  std::string file;
  std::string directory;
  for (const auto& entry : entries) {
    const auto at = static_cast<std::uint32_t>(file.size());
    number(file, local_header, 4);
    write_facts(file, entry, time);
    file += entry.name;
    file += entry.content;

    number(directory, central_header, 4);
    number(directory, made_by_unix, 2);
    write_facts(directory, entry, time);
    number(directory, 0, 2);  // comment
    number(directory, 0, 2);  // disk
    number(directory, 0, 2);  // internal attributes
    number(directory, private_file, 4);
    number(directory, at, 4);
    directory += entry.name;
  }
  if (entries.size() > most_entries || file.size() + directory.size() > most_octets) {
    throw base::Error{base::ErrorCode::too_large, "this is too much for one ZIP file"};
  }
  const auto directory_at = static_cast<std::uint32_t>(file.size());
  file += directory;
  number(file, end_record, 4);
  number(file, 0, 4);  // disks
  number(file, static_cast<std::uint32_t>(entries.size()), 2);
  number(file, static_cast<std::uint32_t>(entries.size()), 2);
  number(file, static_cast<std::uint32_t>(directory.size()), 4);
  number(file, directory_at, 4);
  number(file, 0, 2);  // comment
  return file;
}

}  // namespace api::v2
