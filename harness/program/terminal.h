// What kind of terminal there is, and whether to use colour on it.
#pragma once

#include <string>

#include "reports/format.h"

namespace ingress_check {

struct Terminal {
  std::size_t live_width = 0;  ///< columns for progress on standard error; 0: nobody looks
  RenderOptions render;        ///< for standard output
};

/// What decides about a terminal; "" is a variable that is not set.
struct Surroundings {
  std::string color = "auto";  ///< of --color: always, never or auto
  bool out_is_terminal = false, error_is_terminal = false;
  std::string no_color = {}, clicolor = {}, clicolor_force = {}, force_color = {}, term = {},
              ci = {};
};

/// --color wins over NO_COLOR (https://no-color.org), then CLICOLOR_FORCE and FORCE_COLOR, then
/// TERM=dumb and CLICOLOR=0, then whether standard output is a terminal.
bool wants_color(const Surroundings& around);
/// Standard error is a terminal that can go back to the begin of a line and no CI's; NO_COLOR asks
/// for plain lines too.
bool can_redraw(const Surroundings& around);

/// As the process is started. `progress` false: no live line.
Terminal terminal(const std::string& color, bool progress);

}  // namespace ingress_check
