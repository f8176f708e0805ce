#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "merkle/note.h"
#include "merkle/tiles.h"
#include "service/keys.h"

namespace service {

// The audit log as a transparency log. An entry is written with the change that it tells of, and
// waits in the same transaction to become a leaf of the Merkle tree; a thread takes what waits into
// the tree and signs a checkpoint, so that writers never queue for the tree.
class AuditLog {
 public:
  struct Inclusion {
    std::int64_t leaf_index;
    std::int64_t tree_size;
    merkle::Hash leaf_hash;
    std::vector<merkle::Hash> proof;
    std::string leaf;  // the octets that are hashed
    std::string checkpoint;
  };
  struct Consistency {
    std::int64_t first;
    std::int64_t second;
    std::vector<merkle::Hash> proof;
    std::string checkpoint;
  };

  // `origin` names the log when it begins: "ca.example.com/audit".
  AuditLog(db::Database& database, Keys& keys, const base::Clock& clock,
           std::function<std::string()> origin)
      : database_{database}, keys_{keys}, clock_{clock}, origin_{std::move(origin)} {}
  ~AuditLog() { stop(); }
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void start();
  void stop();

  // Takes every entry that waits into the tree and signs the result. Throws internal when the tree
  // in the database is not the one that was signed.
  void sequence();

  std::string checkpoint();    // the latest, as a signed note
  std::string verifier_key();  // "name+id+key", for whoever checks it

  // The hashes of a tile; nothing when the tree is not that wide.
  std::optional<base::Bytes> tile(const merkle::TileRequest& request);

  // The entry waits at most until this has sequenced it. Nothing when there is no such entry.
  std::optional<Inclusion> prove_inclusion(std::int64_t entry_id);
  // `second` 0 is the tree of the latest checkpoint.
  Consistency prove_consistency(std::int64_t first, std::int64_t second);

 private:
  friend class AuditCheck;
  friend class AuditExport;

  struct Signer {
    merkle::NoteKey name;
    crypto::PrivateKey key;
  };
  struct Signed {
    std::int64_t size;
    merkle::Hash root;
  };

  static merkle::Tiles tiles(db::Session& session);
  const Signer& signer();
  Signer make_signer();
  std::int64_t extend();  // how many entries became leaves
  void sign();
  void work();

  db::Database& database_;
  Keys& keys_;
  const base::Clock& clock_;
  std::function<std::string()> origin_;

  std::mutex sequencing_;
  std::optional<Signer> signer_;
  std::optional<Signed> last_signed_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace service
