#include "net/unbound_resolver.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unbound.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/log.h"
#include "net/dns_rdata.h"

namespace net {
namespace {

constexpr int type_a = 1;
constexpr int type_txt = 16;
constexpr int type_aaaa = 28;
constexpr int type_dnskey = 48;
constexpr int type_caa = 257;
constexpr int class_in = 1;
constexpr int rcode_ok = 0;
constexpr int rcode_nxdomain = 3;

// Zones that the public root denies, and that answer inside all the same: nothing to validate.
constexpr const char* private_zones[] = {
    "internal.", "intranet.", "private.", "corp.",    "home.",      "lan.",
    "local.",    "test.",     "example.", "invalid.", "home.arpa.", "localdomain.",
};

// What libunbound answered, copied out of its own memory.
struct RawAnswer {
  DnsStatus status = DnsStatus::timeout;
  std::string reason = {};
  std::vector<base::Bytes> data = {};
  std::string canonical_name = {};
  bool authenticated = false;
};

std::string rcode_name(int rcode) {
  switch (rcode) {
    case 1:
      return "FORMERR";
    case 2:
      return "SERVFAIL";
    case 4:
      return "NOTIMP";
    case 5:
      return "REFUSED";
    default:
      return "response code " + std::to_string(rcode);
  }
}

RawAnswer copy(const ub_result& result) {
  RawAnswer answer{.status = DnsStatus::records};
  answer.authenticated = result.secure != 0;
  answer.canonical_name = result.canonname != nullptr ? result.canonname : "";
  if (result.bogus != 0) {
    answer.status = DnsStatus::bogus;
    answer.reason = result.why_bogus != nullptr ? result.why_bogus : "DNSSEC validation failed";
  } else if (result.nxdomain != 0 || result.rcode == rcode_nxdomain) {
    answer.status = DnsStatus::nxdomain;
    answer.reason = "no such name (NXDOMAIN)";
  } else if (result.rcode != rcode_ok) {
    answer.status = DnsStatus::servfail;
    answer.reason = "the name servers failed (" + rcode_name(result.rcode) + ")";
  } else if (result.havedata == 0) {
    answer.status = DnsStatus::nodata;
    answer.reason = "the name has no such records";
  } else {
    for (int i = 0; result.data[i] != nullptr; ++i) {
      const auto* octets = reinterpret_cast<const std::uint8_t*>(result.data[i]);
      answer.data.emplace_back(octets, octets + result.len[i]);
    }
  }
  return answer;
}

// A resolver that was away for a moment is asked again soon, not after libunbound's fifteen
// minutes.
constexpr std::pair<const char*, const char*> common_options[] = {
    {"do-not-query-localhost:", "no"}, {"edns-buffer-size:", "1232"},
    {"outgoing-range:", "64"},         {"msg-cache-size:", "2m"},
    {"rrset-cache-size:", "4m"},       {"key-cache-size:", "1m"},
    {"neg-cache-size:", "256k"},       {"infra-cache-numhosts:", "1000"},
    {"infra-cache-slabs:", "1"},       {"msg-cache-slabs:", "1"},
    {"rrset-cache-slabs:", "1"},       {"key-cache-slabs:", "1"},
    {"infra-host-ttl:", "30"},         {"infra-keep-probing:", "yes"},
    {"unblock-lan-zones:", "yes"},     {"insecure-lan-zones:", "yes"},
};

}  // namespace

std::string_view to_text(DnsStatus status) {
  switch (status) {
    case DnsStatus::records:
      return "found";
    case DnsStatus::nxdomain:
      return "no such name";
    case DnsStatus::nodata:
      return "no such records";
    case DnsStatus::servfail:
      return "the name servers failed";
    case DnsStatus::bogus:
      return "DNSSEC validation failed";
    case DnsStatus::timeout:
      return "no answer in time";
  }
  return "unknown";
}

// One libunbound context with its own thread, and one thread of ours that takes the answers.
class UnboundResolver::Context {
 public:
  Context(const ResolverOptions& options, bool caching) {
    const bool validate =
        options.dnssec == Dnssec::on ||
        (options.dnssec == Dnssec::automatic && options.servers.empty() && anchor_found(options));
    open(options, caching, validate);
    if (validate && options.dnssec == Dnssec::automatic && !root_is_secure()) {
      base::log_warning("the system's resolvers do not hand DNSSEC through: it is not validated");
      close();
      open(options, caching, false);
    }
  }

  ~Context() { close(); }

  RawAnswer ask(std::string_view name, int type, Milliseconds time) {
    return wait(start(name, type), time);
  }

  // Two questions at the same time, within the same time.
  std::pair<RawAnswer, RawAnswer> ask_both(std::string_view name, int one, int other,
                                           Milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    auto first = start(name, one);
    auto second = start(name, other);
    auto answer = wait(std::move(first), time);
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    return {std::move(answer), wait(std::move(second), std::max(left, Milliseconds{1}))};
  }

 private:
  struct Question {
    std::uint64_t key;
    std::future<RawAnswer> answer;
  };

  static bool anchor_found(const ResolverOptions& options) {
    return std::ifstream{options.trust_anchor}.good();
  }

  void open(const ResolverOptions& options, bool caching, bool validate) {
    context_ = ub_ctx_create();
    if (context_ == nullptr) {
      throw base::Error{base::ErrorCode::internal, "the resolver cannot be created"};
    }
    for (const auto& [name, value] : common_options) {
      set(name, value);
    }
    set("cache-max-ttl:", caching ? "60" : "0");
    // A name that was just created must be found.
    set("cache-max-negative-ttl:", caching ? "2" : "0");
    set("module-config:", validate ? "validator iterator" : "iterator");
    for (const auto& server : options.servers) {
      const auto address = server.address.to_string() + "@" + std::to_string(server.port);
      check(ub_ctx_set_fwd(context_, address.c_str()), "resolver " + address);
    }
    // libunbound would answer for these itself, with "no such name".
    for (const auto* zone : {"test.", "invalid.", "home.arpa.", "onion.", "localhost."}) {
      set("local-zone:", (std::string{zone} + " transparent").c_str());
    }
    if (options.servers.empty()) {
      check(ub_ctx_resolvconf(context_, nullptr), "/etc/resolv.conf");
      check(ub_ctx_hosts(context_, options.hosts_file.c_str()), options.hosts_file);
    }
    if (!options.zones.empty()) {
      read_configuration(forward_zones(options.zones));
    }
    if (validate) {
      check(ub_ctx_add_ta_file(context_, options.trust_anchor.c_str()), options.trust_anchor);
      for (const auto* zone : private_zones) {
        set("domain-insecure:", zone);
      }
      for (const auto& zone : search_domains()) {
        set("domain-insecure:", zone.c_str());
      }
    }
    check(ub_ctx_async(context_, 1), "thread");
    stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    taker_ = std::thread{[this] { take_answers(); }};
  }

  // As libunbound wants it; it has no call for this.
  static std::string forward_zones(const std::vector<ZoneResolver>& zones) {
    std::map<std::string, std::string> servers_of;
    for (const auto& [zone, server] : zones) {
      servers_of[zone] += "  forward-addr: " + server.address.to_string() + "@" +
                          std::to_string(server.port) + "\n";
    }
    std::string text;
    for (const auto& [zone, servers] : servers_of) {
      text += "server:\n  domain-insecure: \"" + zone + ".\"\n";
      text += "forward-zone:\n  name: \"" + zone + ".\"\n" + servers;
    }
    return text;
  }

  void read_configuration(const std::string& text) {
    const int file = memfd_create("resolver", MFD_CLOEXEC);
    const bool written =
        file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const auto path = "/proc/self/fd/" + std::to_string(file);
    const int error = written ? ub_ctx_config(context_, path.c_str()) : UB_READFILE;
    if (file >= 0) {
      ::close(file);
    }
    check(error, "resolvers of zones");
  }

  void close() {
    if (context_ == nullptr) {
      return;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(stop_, &one, sizeof one);
    taker_.join();
    ub_ctx_delete(context_);
    context_ = nullptr;
    ::close(stop_);
  }

  // Zones of the own network may be hidden from, or shadow, the public ones.
  static std::vector<std::string> search_domains() {
    std::vector<std::string> zones;
    std::ifstream file{"/etc/resolv.conf"};
    for (std::string line; std::getline(file, line);) {
      std::istringstream words{line};
      std::string word;
      words >> word;
      if (word != "search" && word != "domain") {
        continue;
      }
      while (words >> word) {
        if (word != ".") {
          zones.push_back(word);
        }
      }
    }
    return zones;
  }

  bool root_is_secure() {
    const auto answer = ask(".", type_dnskey, std::chrono::seconds{5});
    return answer.status == DnsStatus::records && answer.authenticated;
  }

  void set(const char* name, const char* value) {
    check(ub_ctx_set_option(context_, name, value), std::string{name} + " " + value);
  }

  static void check(int error, const std::string& what) {
    if (error != 0) {
      throw base::Error{base::ErrorCode::internal,
                        "the resolver refuses its setting (" + what + "): " + ub_strerror(error)};
    }
  }

  Question start(std::string_view name, int type) {
    std::promise<RawAnswer> promise;
    Question question{.key = 0, .answer = promise.get_future()};
    {
      const std::lock_guard lock{mutex_};
      question.key = ++last_key_;
      waiting_.emplace(question.key, std::move(promise));
    }
    const int error = ub_resolve_async(context_, std::string{name}.c_str(), type, class_in,
                                       lead_to(question.key), &Context::answered, nullptr);
    if (error != 0) {
      {
        const std::lock_guard lock{mutex_};
        leads_.erase(question.key);
      }
      finish(question.key, {.status = DnsStatus::servfail, .reason = ub_strerror(error)});
    }
    return question;
  }

  RawAnswer wait(Question question, Milliseconds time) {
    if (question.answer.wait_for(time) == std::future_status::ready) {
      return question.answer.get();
    }
    const std::lock_guard lock{mutex_};
    waiting_.erase(question.key);
    return {.status = DnsStatus::timeout,
            .reason = "no answer within " + std::to_string(time.count()) + " ms"};
  }

  void finish(std::uint64_t key, RawAnswer answer) {
    const std::lock_guard lock{mutex_};
    if (const auto found = waiting_.find(key); found != waiting_.end()) {
      found->second.set_value(std::move(answer));
      waiting_.erase(found);
    }
  }

  // From an answer to who waits for it. It lives until the answer comes, or the context goes: an
  // answer that comes when nobody waits any more finds no entry.
  struct Lead {
    Context* context;
    std::uint64_t key;
  };

  Lead* lead_to(std::uint64_t key) {
    const std::lock_guard lock{mutex_};
    return leads_.emplace(key, std::make_unique<Lead>(Lead{this, key})).first->second.get();
  }

  static void answered(void* data, int error, ub_result* result) {
    const auto* lead = static_cast<Lead*>(data);
    RawAnswer answer{.status = DnsStatus::servfail, .reason = ub_strerror(error)};
    if (error == 0 && result != nullptr) {
      answer = copy(*result);
    }
    ub_resolve_free(result);
    auto& context = *lead->context;
    const auto key = lead->key;
    context.finish(key, std::move(answer));
    const std::lock_guard lock{context.mutex_};
    context.leads_.erase(key);
  }

  void take_answers() {
    pollfd files[] = {{ub_fd(context_), POLLIN, 0}, {stop_, POLLIN, 0}};
    while (poll(files, 2, -1) >= 0 || errno == EINTR) {
      if ((files[1].revents & POLLIN) != 0) {
        return;
      }
      if ((files[0].revents & POLLIN) != 0) {
        ub_process(context_);
      } else if ((files[0].revents & (POLLERR | POLLHUP)) != 0) {
        return;
      }
    }
  }

  ub_ctx* context_ = nullptr;
  int stop_ = -1;
  std::thread taker_;

  std::mutex mutex_;  // over what follows
  std::uint64_t last_key_ = 0;
  std::unordered_map<std::uint64_t, std::promise<RawAnswer>> waiting_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Lead>> leads_;
};

UnboundResolver::UnboundResolver(ResolverOptions options) : options_{std::move(options)} {}
UnboundResolver::~UnboundResolver() = default;

UnboundResolver::Context& UnboundResolver::cached() {
  std::call_once(cached_once_, [&] { cached_ = std::make_unique<Context>(options_, true); });
  return *cached_;
}

std::shared_ptr<UnboundResolver::Context> UnboundResolver::uncached() {
  const std::lock_guard lock{mutex_};
  if (!uncached_) {
    uncached_ = std::make_shared<Context>(options_, false);
  }
  return uncached_;
}

void UnboundResolver::forget(const std::shared_ptr<Context>& context) {
  const std::lock_guard lock{mutex_};
  if (uncached_ == context) {
    uncached_.reset();  // it ends when the last of its questions is answered
  }
}

namespace {

template <class Record>
DnsAnswer<Record> read_all(
    RawAnswer raw,
    const std::function<std::expected<Record, base::ParseError>(base::ByteView)>& read) {
  DnsAnswer<Record> answer{.status = raw.status,
                           .reason = std::move(raw.reason),
                           .canonical_name = std::move(raw.canonical_name),
                           .authenticated = raw.authenticated};
  for (const auto& data : raw.data) {
    auto record = read(data);
    if (!record) {
      return {.status = DnsStatus::servfail, .reason = record.error().reason};
    }
    answer.records.push_back(*std::move(record));
  }
  return answer;
}

}  // namespace

DnsAnswer<IpAddress> UnboundResolver::addresses(std::string_view name, Milliseconds time) {
  auto [aaaa, a] = cached().ask_both(name, type_aaaa, type_a, time);
  auto v6 = read_all<IpAddress>(std::move(aaaa), &IpAddress::from_octets);
  auto v4 = read_all<IpAddress>(std::move(a), &IpAddress::from_octets);
  if (v6.status != DnsStatus::records) {
    return v4;
  }
  if (v4.status == DnsStatus::records) {
    v6.records.insert(v6.records.end(), v4.records.begin(), v4.records.end());
  }
  return v6;
}

DnsAnswer<std::string> UnboundResolver::texts(std::string_view name, Milliseconds time) {
  const auto context = uncached();
  auto answer = read_all<std::string>(context->ask(name, type_txt, time), &read_txt);
  if (answer.status != DnsStatus::records) {
    // libunbound keeps an answer without an SOA for five seconds, whatever its settings say.
    forget(context);
  }
  return answer;
}

DnsAnswer<core::acme::CaaRecord> UnboundResolver::caa(std::string_view name, Milliseconds time) {
  return read_all<core::acme::CaaRecord>(cached().ask(name, type_caa, time), &read_caa);
}

}  // namespace net
