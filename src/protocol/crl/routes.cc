#include "protocol/crl/routes.h"

#include <map>
#include <mutex>

#include "http/pipeline.h"
#include "http/serialize.h"
#include "protocol/http_date.h"

namespace protocol::crl {
namespace {

using Message = std::shared_ptr<const std::string>;

// A revocation is in the list at once, and should be seen soon.
constexpr auto longest_cached = std::chrono::minutes{5};
constexpr std::size_t worth_keeping = 64 * 1024;

// Long lists as they go out, so that many who fetch one at a time share its octets.
class Messages {
 public:
  template <class Make>
  Message of(const storage::StoredCrl& crl, Make make) {
    const std::lock_guard lock{mutex_};
    auto& entry = entries_[{crl.authority_id, crl.scope}];
    if (entry.number != crl.number || !entry.message) {
      entry = {};  // the old one goes before the new one comes
      entry = {crl.number, make()};
    }
    return entry.message;
  }

 private:
  struct Entry {
    std::int64_t number = 0;
    Message message;
  };

  std::mutex mutex_;
  std::map<std::pair<core::AuthorityId, core::CrlScope>, Entry> entries_;
};

struct Lists {
  service::Authorities& authorities;
  service::Crls& crls;
  const base::Clock& clock;
  std::shared_ptr<Messages> messages = std::make_shared<Messages>();

  http::Response answer(const http::Request& request, const std::string& name,
                        const std::optional<core::CrlScope>& chosen) const;
};

std::string etag_of(const storage::StoredCrl& crl) {
  return "\"" + std::to_string(crl.number) + "-" +
         std::to_string(crl.this_update.time_since_epoch().count()) + "\"";
}

http::Response head_of(const storage::StoredCrl& crl, base::Time now) {
  const auto cached = std::clamp<base::Seconds>(crl.next_update - now, base::Seconds{0},
                                                base::Seconds{longest_cached});
  http::Response response{.status = 200, .content_type = "application/pkix-crl"};
  response.headers = {{"ETag", etag_of(crl)},
                      {"Last-Modified", http_date(crl.this_update)},
                      {"Cache-Control", "public, max-age=" + std::to_string(cached.count())}};
  return response;
}

http::Response Lists::answer(const http::Request& request, const std::string& name,
                             const std::optional<core::CrlScope>& chosen) const {
  const auto [reference, scope] = chosen ? std::pair{name, *chosen} : core::read_crl_name(name);
  const auto issuer = authorities.issuer_of_reference(reference);
  if (!issuer) {
    throw base::Error{base::ErrorCode::not_found, "no authority has this name"};
  }
  const auto crl = crls.current(issuer->authority.id, scope);
  auto response = head_of(*crl, clock.now());
  if (request.header("if-none-match") == etag_of(*crl)) {
    response.status = 304;
    return response;
  }
  const auto fill = [&] {
    response.headers.emplace_back(
        "Content-Disposition",
        "inline; filename=\"" + core::crl_address(reference + ".crl", scope) + "\"");
    response.body = base::as_text(crl->der);
  };
  if (request.method == http::Method::get && crl->der.size() > worth_keeping &&
      crl->next_update > clock.now() + longest_cached) {
    return {.prepared = messages->of(*crl, [&] {
      fill();
      return http::prepare(response, http::Hardening::machine);
    })};
  }
  fill();
  return response;
}

http::Route route(std::string path, std::string summary, const Lists& lists,
                  std::optional<core::CrlScope> scope) {
  http::Route route{
      .method = http::Method::get,
      .path = std::move(path),
      .summary = std::move(summary),
      .tag = "Revocation status",
      .access = auth::Access::to_anyone(),
      .limit = http::Limit::unlimited,
      .on_plain_http = true,
      .description = {.kind = http::Answer::Kind::file, .file_types = {"application/pkix-crl"}}};
  route.description.path_parameters.emplace_back("ca", boost::json::object{{"type", "string"}});
  route.handle = [lists, scope](const http::Call& call, const http::PathValues& values) {
    return lists.answer(call.request, values.at(0), scope);
  };
  route.refuse = http::plain_refusal;
  return route;
}

}  // namespace

std::vector<http::Route> routes(service::Authorities& authorities, service::Crls& crls,
                                const base::Clock& clock) {
  const Lists lists{authorities, crls, clock};
  std::vector<http::Route> all;
  for (const std::string folder : {"/crl/", "/cdp/"}) {
    all.push_back(route(folder + "{ca}.crl", "Download the CRL of an authority, or a shard (DER)",
                        lists, std::nullopt));
    all.push_back(route(folder + "{ca}-delta.crl", "Download the delta CRL of an authority (DER)",
                        lists, core::CrlScope::delta()));
  }
  return all;
}

}  // namespace protocol::crl
