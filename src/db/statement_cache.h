#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace db {

// The prepared statements of one connection by their text; the least recently used ones go. A
// Statement has a member `in_use`; one that is in use stays.
template <class Statement>
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_{capacity} {}

  // The statement of this text, or nothing. Pointers stay valid until the statement is evicted.
  Statement* find(std::string_view text) {
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) {
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Adds a statement whose text is not there yet; `evict` is called with each one that goes.
  template <class Evict>
  Statement& add(std::string_view text, Statement statement, Evict evict) {
    for (auto entry = entries_.end(); by_text_.size() >= capacity_ && entry != entries_.begin();) {
      --entry;
      if (!entry->second.in_use) {
        evict(entry->second);
        by_text_.erase(entry->first);
        entry = entries_.erase(entry);
      }
    }
    entries_.emplace_front(std::string{text}, std::move(statement));
    by_text_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

  void remove(std::string_view text) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
      const auto entry = found->second;
      by_text_.erase(found);
      entries_.erase(entry);
    }
  }

  void clear() {
    by_text_.clear();
    entries_.clear();
  }

 private:
  using Entries = std::list<std::pair<std::string, Statement>>;

  std::size_t capacity_;
  Entries entries_;                                                           // the last used first
  std::unordered_map<std::string_view, typename Entries::iterator> by_text_;  // views into entries_
};

}  // namespace db
