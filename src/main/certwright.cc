#include <malloc.h>

#include "app/command_line.h"

// What hashing a password takes goes back to the system at once. By itself the allocator would keep
// it, once for each thread that ever hashed one.
int main(int argc, char** argv) {
  constexpr int large = 4 * 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, large);
  mallopt(M_TRIM_THRESHOLD, 2 * large);
  return app::run(argc, argv);
}
