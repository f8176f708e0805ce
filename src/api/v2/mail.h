#pragma once

#include "http/endpoint.h"
#include "service/mail_queue.h"

namespace api::v2 {

// How the server sends mail, and what of it still waits.
void add_mail(http::Surface& surface, service::MailQueue& mail);

}  // namespace api::v2
