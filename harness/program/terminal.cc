#include "harness/program/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace ingress_check {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool forced(const char* name) {
  const auto value = environment(name);
  return !value.empty() && value != "0";
}

bool colored(const std::string& wish) {
  if (wish == "always") return true;
  if (wish == "never") return false;
  if (!environment("NO_COLOR").empty()) return false;
  if (forced("CLICOLOR_FORCE") || forced("FORCE_COLOR")) return true;
  if (environment("TERM") == "dumb") return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

}  // namespace

Terminal terminal(const std::string& color, bool progress) {
  Terminal terminal;
  terminal.render.color = colored(color);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.render.width = std::clamp<int>(size.ws_col, 60, 160);
  const bool ci = !environment("CI").empty() && environment("CI") != "false";
  terminal.interactive = progress && !ci && environment("NO_COLOR").empty() &&
                         environment("TERM") != "dumb" && ::isatty(STDERR_FILENO) == 1;
  return terminal;
}

}  // namespace ingress_check
