#pragma once

#include "api/acme_admin/surface.h"
#include "api/v2/auth.h"
#include "api/v2/surface.h"
#include "app/application.h"
#include "app/services.h"
#include "http/assets.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/pipeline.h"
#include "http/server.h"
#include "jobs/jobs.h"

namespace app {

// The services, and the surfaces by which they are reached.
struct Application::Parts : Services {
  Parts(const Settings& chosen, DataDirectory& directory);

  std::vector<http::Route> routes();
  std::string describe() const;
  http::RateLimits limits() const;  // as configured
  http::PipelineParts pipeline_parts();
  http::ServerOptions server_options();
  void renew_server_certificate();
  void ask_for_certificates();

  http::Surface v2 = api::v2::surface();
  http::Surface acme_admin = api::acme_admin::surface();
  std::vector<http::Route> others;  // protocols: they are described too
  http::Assets console{http::console_files()};
  http::Assets swagger{http::swagger_files(), "/swagger"};
  http::Metrics metrics;
  http::Live live;
  std::unique_ptr<http::Pipeline> pipeline;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<jobs::Scheduler> scheduler;

 private:
  void add_v2();
  void add_acme_admin();
  void add_protocols();
  api::v2::WaysToSignIn ways_to_sign_in();
  auth::Caller live_caller(const http::Request& request);
};

}  // namespace app
