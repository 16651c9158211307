// What kind of terminal there is, and whether to use colour on it.
#pragma once

#include <string>

#include "reports/format.h"

namespace ingress_check {

struct Terminal {
  bool interactive = false;  ///< progress may be redrawn on standard error
  RenderOptions render;      ///< for standard output
};

/// --color wins over NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then TERM=dumb, then whether
/// standard output is a terminal. CI or NO_COLOR set, or `progress` false: never interactive.
Terminal terminal(const std::string& color, bool progress);

}  // namespace ingress_check
