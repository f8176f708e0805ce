#pragma once

#include <string>

#include "app/application.h"

namespace app {

// What a newcomer needs to know, in one calm block.
std::string welcome_text(const Welcome& welcome);

// The one-time link; empty when the set-up is done.
std::string setup_link_of(const Welcome& welcome);

}  // namespace app
