#pragma once

#include <string>

#include "app/settings.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace app {

// The data directory: for the server's user alone (0700), with the database, the master key
// (0600) and the name of this node.
class DataDirectory {
 public:
  // Makes it when it is not there. Throws unavailable, with the command that mends it, when others
  // can read it.
  DataDirectory(const Settings& settings, crypto::Random& random);

  // Takes the lock that keeps a second server out; held until the process ends.
  void lock();

  const std::string& path() const { return path_; }
  std::string sqlite_file() const { return path_ + "/certwright.db"; }
  const std::string& node() const { return node_; }

  // 32 octets: from the settings, or the file, which is made with a new directory. Throws
  // unavailable when there is a database but no key to open it.
  base::Secret master_key(const Settings& settings) const;

 private:
  std::string path_;
  crypto::Random& random_;
  std::string node_;
};

}  // namespace app
