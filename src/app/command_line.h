#pragma once

namespace app {

// The program: serve, openapi, config, admin. Returns the exit status.
int run(int argc, char** argv);

}  // namespace app
