#include "harness/program/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ingress_check {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool set(const std::string& value) { return !value.empty() && value != "0" && value != "false"; }

/// 0 if it is no terminal.
int columns(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Surroundings surroundings(const std::string& color) {
  Surroundings around;
  around.color = color;
  around.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  around.error_is_terminal = ::isatty(STDERR_FILENO) == 1;
  around.no_color = environment("NO_COLOR");
  around.clicolor = environment("CLICOLOR");
  around.clicolor_force = environment("CLICOLOR_FORCE");
  around.force_color = environment("FORCE_COLOR");
  around.term = environment("TERM");
  around.ci = environment("CI");
  return around;
}

}  // namespace

bool wants_color(const Surroundings& around) {
  if (around.color == "always") return true;
  if (around.color == "never") return false;
  if (!around.no_color.empty()) return false;
  if (set(around.clicolor_force) || set(around.force_color)) return true;
  if (around.term == "dumb" || around.clicolor == "0") return false;
  return around.out_is_terminal;
}

bool can_redraw(const Surroundings& around) {
  return around.error_is_terminal && around.no_color.empty() && around.term != "dumb" &&
         !set(around.ci);
}

Terminal terminal(const std::string& color, bool progress) {
  const Surroundings around = surroundings(color);
  Terminal terminal;
  terminal.render.color = wants_color(around);
  if (const int width = columns(STDOUT_FILENO); width > 0)
    terminal.render.width = std::clamp(width, 60, 160);
  if (progress && can_redraw(around)) {
    const int width = columns(STDERR_FILENO);
    terminal.live_width = static_cast<std::size_t>(width > 0 ? width : 80);
  }
  return terminal;
}

}  // namespace ingress_check
