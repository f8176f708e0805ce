#include "service/expiry_notices.h"

#include <algorithm>

#include "core/user.h"
#include "storage/crl_store.h"
#include "storage/settings_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

using std::chrono::days;

constexpr int in_one_step = 200;
constexpr std::size_t most_recipients = 50;
constexpr std::size_t most_days = 20;
constexpr std::size_t most_lines = 500;
constexpr days kept{400};
constexpr std::string_view ended_until = "expiry.ended_until";

struct Ending {
  base::Time ends_at;
  std::int64_t days_left;
  std::int64_t threshold;
};
BOOST_DESCRIBE_STRUCT(Ending, (), (ends_at, days_left, threshold))

std::int64_t days_left(base::Time ends, base::Time now) {
  return std::chrono::ceil<days>(ends - now).count();
}

Ending ending(base::Time ends, base::Time now, std::int64_t threshold) {
  return {ends, days_left(ends, now), threshold};
}

std::string line_of(std::string_view what, const std::string& name, base::Time ends,
                    base::Time now) {
  const auto left = days_left(ends, now);
  return std::string{what} + " " + name + " ends on " + base::to_text(ends) + ", in " +
         std::to_string(left) + (left == 1 ? " day" : " days");
}

struct Looked {
  std::int64_t certificates;
  std::int64_t crls;
};
BOOST_DESCRIBE_STRUCT(Looked, (), (certificates, crls))

auth::Act act_of(std::string_view action) {
  return {.by = "system", .action = std::string{action}};
}

std::int64_t longest_of(const ExpirySettings& settings) {
  return settings.alert_days.empty() ? 0 : std::ranges::max(settings.alert_days);
}

}  // namespace

std::optional<std::int64_t> expiry_due(const std::vector<std::int64_t>& distances,
                                       base::Time begins, base::Time ends, base::Time now) {
  std::optional<std::int64_t> due;
  for (const auto distance : distances) {
    const days before{distance};
    const bool fits = 2 * before <= ends - begins && now < ends && ends - now <= before;
    if (fits && (!due || distance < *due)) {
      due = distance;
    }
  }
  return due;
}

ExpirySettings ExpiryNotices::change(const auth::Act& act, const ExpirySettings& settings) {
  std::vector<base::FieldError> errors;
  const auto& alert_days = settings.alert_days;
  if (alert_days.empty() || alert_days.size() > most_days ||
      std::ranges::any_of(alert_days, [](auto day) { return day < 1 || day > 365; })) {
    errors.push_back({"alert_days", "not 1 to 20 numbers of days between 1 and 365"});
  }
  if (settings.recipients.size() > most_recipients) {
    errors.push_back({"recipients", "has more than 50 addresses"});
  }
  for (std::size_t i = 0; i < settings.recipients.size(); ++i) {
    if (const auto problem = core::email_problem(settings.recipients[i])) {
      errors.push_back({"recipients[" + std::to_string(i) + "]", *problem});
    }
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  settings_.put(act, settings);
  return settings_.get();
}

void ExpiryNotices::add(db::Session& session, Mails& mails, const ExpirySettings& settings,
                        const std::string& owner, const std::string& line, Counts& counts) {
  auto addresses = settings.recipients;
  if (settings.tell_owners && !owner.empty()) {
    const auto user = storage::UserStore{session}.find_by_name(owner);
    if (user && user->is_active && !user->email.empty()) {
      addresses.push_back(user->email);
    }
  }
  std::ranges::sort(addresses);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  for (const auto& address : addresses) {
    mails[address].push_back(line);
  }
  ++counts.notified;
  counts.failed += addresses.empty() ? 1 : 0;
}

// One mail tells an address of everything that was found together.
void ExpiryNotices::send(db::Session& session, const Mails& mails) {
  for (const auto& [address, lines] : mails) {
    std::string text = "These end soon, and nothing was found that takes their place:\n\n";
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) {
      text += lines[i] + "\n";
    }
    text +=
        "\nRenew what is still in use. You are told once at each distance that the settings "
        "name.\n";
    mail_.put(session, {.to = address,
                        .subject = lines.size() == 1
                                       ? lines.front().substr(0, lines.front().find(" ends on ")) +
                                             " ends soon"
                                       : std::to_string(lines.size()) + " certificates end soon",
                        .text = text});
  }
}

ExpiryNotices::Counts ExpiryNotices::check_certificates(const ExpirySettings& settings) {
  const auto now = clock_.now();
  const auto until = now + days{longest_of(settings)};
  Counts counts;
  storage::ExpiryStore::Position after{now, INT64_MAX};
  for (bool more = true; more;) {
    const auto found = database_.read([&](db::Session& session) {
      return storage::ExpiryStore{session}.ending(after, until, settings.include_revoked,
                                                  in_one_step);
    });
    more = found.size() == in_one_step;
    if (found.empty()) {
      break;
    }
    after = {found.back().not_after, found.back().id.to_number()};
    const auto told = database_.write(act_of("certificate.expiring"), [&](db::Session& session) {
      session.bookkeeping("who was told of what ends");
      storage::ExpiryStore store{session};
      Counts step;
      Mails mails;
      for (const auto& each : found) {
        const auto due = expiry_due(settings.alert_days, each.not_before, each.not_after, now);
        if (!due || !store.note("certificate", each.id.to_number(), each.not_after, *due, now)) {
          continue;
        }
        session.record("certificate", each.id, each.common_name, ending(each.not_after, now, *due));
        const auto owner = each.source == core::Source::acme ? std::string{} : each.created_by;
        add(session, mails, settings, owner,
            line_of("The certificate", each.common_name, each.not_after, now), step);
      }
      send(session, mails);
      return step;
    });
    counts.checked += static_cast<std::int64_t>(found.size());
    counts.notified += told.notified;
    counts.failed += told.failed;
  }
  return counts;
}

// What ended since the last time. The first time nothing did: history is no news.
ExpiryNotices::Counts ExpiryNotices::check_ended() {
  const auto now = clock_.now();
  const auto known = database_.read(
      [](db::Session& session) { return storage::SettingsStore{session}.find(ended_until); });
  const auto since =
      known ? base::from_text<std::int64_t>(*known) : std::unexpected(base::ParseError{});
  Counts counts;
  storage::ExpiryStore::Position after{since ? base::Time{base::Seconds{*since}} : now, INT64_MAX};
  for (bool more = true; more;) {
    const auto found = database_.read([&](db::Session& session) {
      return storage::ExpiryStore{session}.ending(after, now, false, in_one_step);
    });
    more = found.size() == in_one_step;
    const auto reached = more ? found.back().not_after : now;
    database_.write(act_of("certificate.expired"), [&](db::Session& session) {
      session.bookkeeping("up to when it was told what ended");
      storage::ExpiryStore store{session};
      for (const auto& each : found) {
        if (store.note("certificate", each.id.to_number(), each.not_after, 0, now)) {
          session.record("certificate", each.id, each.common_name, ending(each.not_after, now, 0));
        }
      }
      storage::SettingsStore{session}.put(ended_until,
                                          std::to_string(reached.time_since_epoch().count()), now);
    });
    counts.checked += static_cast<std::int64_t>(found.size());
    if (!found.empty()) {
      after = {found.back().not_after, found.back().id.to_number()};
    }
  }
  return counts;
}

ExpiryNotices::Counts ExpiryNotices::check_authorities(const ExpirySettings& settings) {
  const auto now = clock_.now();
  Counts counts;
  for (const auto& issuer : authorities_.issuers()) {
    const auto& authority = issuer->authority;
    ++counts.checked;
    const auto due =
        expiry_due(settings.alert_days, authority.not_before, authority.not_after, now);
    if (!due) {
      continue;
    }
    const auto told = database_.write(act_of("ca.expiring"), [&](db::Session& session) {
      session.bookkeeping("who was told of what ends");
      Counts step;
      if (storage::ExpiryStore{session}.note("ca", authority.id.to_number(), authority.not_after,
                                             *due, now)) {
        session.record("ca", authority.id, authority.name, ending(authority.not_after, now, *due));
        Mails mails;
        add(session, mails, settings, "",
            line_of("The authority", authority.name, authority.not_after, now), step);
        send(session, mails);
      }
      return step;
    });
    counts.notified += told.notified;
    counts.failed += told.failed;
  }
  return counts;
}

// A list is due when less than a fifth of its life is left: whoever makes lists made the next one
// long before.
ExpiryNotices::Counts ExpiryNotices::check_crls(const ExpirySettings& settings) {
  const auto now = clock_.now();
  Counts counts;
  for (const auto& issuer : authorities_.issuers()) {
    const auto& authority = issuer->authority;
    const auto crl = database_.read([&](db::Session& session) {
      return storage::CrlStore{session}.find(authority.id, core::CrlScope{});
    });
    if (!crl) {
      continue;
    }
    ++counts.checked;
    if (now >= crl->next_update ||
        5 * (crl->next_update - now) > crl->next_update - crl->this_update ||
        now >= authority.not_after) {
      continue;
    }
    const auto told = database_.write(act_of("crl.expiring"), [&](db::Session& session) {
      session.bookkeeping("who was told of what ends");
      Counts step;
      if (storage::ExpiryStore{session}.note("crl", authority.id.to_number(), crl->next_update, 1,
                                             now)) {
        session.record("crl", authority.id, authority.name, ending(crl->next_update, now, 1));
        Mails mails;
        add(session, mails, settings, "",
            line_of("The revocation list of", authority.name, crl->next_update, now), step);
        send(session, mails);
      }
      return step;
    });
    counts.notified += told.notified;
    counts.failed += told.failed;
  }
  return counts;
}

ExpiryNotices::Outcome ExpiryNotices::check(const auth::Act& act) {
  const auto outcome = check();
  database_.write(act, [&](db::Session& session) {
    session.record("settings", core::KeyId::from_number(1).value(), "expiry",
                   Looked{outcome.certificates.notified, outcome.crls.notified});
  });
  return outcome;
}

ExpiryNotices::Outcome ExpiryNotices::check() {
  auto settings = settings_.get();
  if (!mail_.is_configured()) {
    // What cannot be sent must not pile up; the events tell all the same.
    settings.recipients.clear();
    settings.tell_owners = false;
  }
  Outcome outcome;
  if (!settings.enabled) {
    return outcome;
  }
  check_ended();
  outcome.certificates = check_certificates(settings);
  const auto authorities = check_authorities(settings);
  outcome.certificates.checked += authorities.checked;
  outcome.certificates.notified += authorities.notified;
  outcome.certificates.failed += authorities.failed;
  outcome.crls = check_crls(settings);
  database_.write(act_of("expiry.clean"), [&](db::Session& session) {
    session.bookkeeping("notices of what ended long ago");
    storage::ExpiryStore{session}.remove_ended_before(clock_.now() - kept);
  });
  mail_.wake();
  return outcome;
}

}  // namespace service
