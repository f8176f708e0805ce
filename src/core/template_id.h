#pragma once

#include "base/id.h"

namespace core {

using TemplateId = base::Id<struct Template>;

}  // namespace core
