#include <CLI/CLI.hpp>

// The agent that runs on hosts. It says which version it is; joining a hub and deploying
// certificates come with the fleet.
int main(int argc, char** argv) {
  CLI::App program{"Certwright agent: certificates on this host"};
  program.set_version_flag("--version", "certwright-agent " CERTWRIGHT_VERSION);
  CLI11_PARSE(program, argc, argv);
  std::cout << program.help();
  return 0;
}
