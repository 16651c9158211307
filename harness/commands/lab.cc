#include <fmt/format.h>

#include <cstdio>

#include "fixtures/break.h"
#include "harness/program/command.h"
#include "harness/program/interrupt.h"
#include "harness/program/lab_session.h"
#include "harness/program/options.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "lab NAME [--break NAME] [--with KEY=VALUE]...";
constexpr const char* about =
    "Starts a practice ingress made of real servers on loopback, prints its addresses, and stops "
    "it on Ctrl-C. Nothing of it\n"
    "stays behind. `ingress-check list labs` names the labs and their settings, `ingress-check "
    "list breaks` the defects.";

std::vector<Option> options() {
  return {{"break", "NAME", "with this planted defect"},
          {"with", "KEY=VALUE", "with this setting of the lab; may be repeated", true}};
}

void print(const RunningLab& lab, const std::string& name) {
  std::string out = fmt::format("lab {} is up\n", name);
  out += fmt::format("  http   {}\n  https  {}\n  CA     {}\n  files  {}\n", lab.http_address(),
                     lab.https_address(), lab.ca_file(), lab.folder());
  out += "Variables for scenarios\n";
  for (const auto& [key, value] : lab.variables())
    out += fmt::format("  --set {}={}\n", key, value);
  out += fmt::format("Try\n  curl --connect-to ::{} http://frieza.dev/app1\n", lab.http_address());
  out += fmt::format("  ingress-check run hands_on/nginx --address 80={},443={} --ca {}\n",
                     lab.http_address(), lab.https_address(), lab.ca_file());
  out += "Ctrl-C stops it\n";
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  if (arguments->positional.size() != 1)
    return complain(
        {"lab takes one name",
         "for instance `ingress-check lab nginx`; `ingress-check list labs` names them"});
  catch_interrupts();
  auto lab =
      open_lab({arguments->positional[0], arguments->value("break"), arguments->all("with")});
  if (!lab) return complain(lab.error());
  print(**lab, arguments->positional[0]);
  wait_for_interrupt();
  std::puts("stopping");
  return 0;
}

}  // namespace

extern const Command lab{"lab", usage, "start a practice ingress made of real servers", 70,
                         execute};

}  // namespace ingress_check::commands
