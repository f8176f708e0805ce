#include "service/tags.h"

#include <algorithm>

#include "storage/certificate_store.h"
#include "storage/tag_store.h"

namespace service {

Tags::Changed Tags::replace(const auth::Act& act, const core::Reach& reach,
                            const core::CertificateId& id, const std::vector<core::Tag>& tags) {
  return change_with(act, reach, id,
                     [&](const std::vector<core::Tag>&) { return core::in_order(tags); });
}

// What is both added and removed is there afterwards.
Tags::Changed Tags::change(const auth::Act& act, const core::Reach& reach,
                           const core::CertificateId& id, const core::TagChange& wanted) {
  return change_with(act, reach, id, [&](std::vector<core::Tag> tags) {
    std::erase_if(tags, [&](const auto& tag) {
      return std::ranges::find(wanted.removed, tag) != wanted.removed.end();
    });
    tags.insert(tags.end(), wanted.added.begin(), wanted.added.end());
    return core::in_order(std::move(tags));
  });
}

template <class Decide>
Tags::Changed Tags::change_with(const auth::Act& act, const core::Reach& reach,
                                const core::CertificateId& id, Decide decide) {
  return database_.write(act, [&](db::Session& session) {
    storage::TagStore store{session};
    auto certificate = storage::CertificateStore{session}.find_to_change(id);
    const auto before = store.of(id);
    if (!certificate ||
        !reach.includes(certificate->authority_id, certificate->template_id, before)) {
      throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
    }
    const auto after = decide(before);
    core::check_number_of(after, "tags");
    const auto change = core::change_between(before, after);
    if (const auto obstacle = core::tag_obstacle(reach, certificate->authority_id,
                                                 certificate->template_id, change, after)) {
      throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"tags", *obstacle}}};
    }
    if (change.is_empty()) {
      session.bookkeeping("the tags are as they were");
    } else {
      store.add(id, change.added);
      store.remove(id, change.removed);
      session.record("certificate", id, certificate->common_name, change);
    }
    return Changed{*std::move(certificate), after};
  });
}

}  // namespace service
