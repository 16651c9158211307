#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "fixtures/break.h"
#include "harness/curl_line.h"
#include "harness/program/command.h"
#include "harness/program/interrupt.h"
#include "harness/program/lab_session.h"
#include "harness/program/options.h"
#include "harness/program/shipped.h"

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

/// The `lab:` of a scenario.
std::string_view scenario_lab(std::string_view text) {
  constexpr std::string_view key = "\nlab: ";
  const auto at = text.find(key);
  if (at == text.npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find_first_of(" \n"));
}

/// The command that runs a scenario on this lab, with the variables that the scenario uses.
std::string try_line(const RunningLab& lab, const EmbeddedFile& file) {
  std::string path(file.path.substr(sizeof "scenarios/" - 1));
  path = path.substr(0, path.rfind(".yaml"));
  std::string line = fmt::format("  ingress-check run {} --address 80={},443={} --ca {}", path,
                                 lab.http_address(), lab.https_address(), lab.ca_file());
  for (const auto& [key, value] : lab.variables())
    if (file.text.find(fmt::format("${{{}}}", key)) != file.text.npos)
      line += fmt::format(" --set {}={}", key, shell_word(value, {}));
  return line + "\n";
}

/// Until Ctrl-C, the death of a server, or the loss of whoever reads the addresses.
int stay(RunningLab& lab) {
  for (;;) {
    const Wake wake = wait_for_interrupt(STDOUT_FILENO, std::chrono::seconds(1));
    if (wake == Wake::interrupted) break;
    if (wake == Wake::output_gone)
      return complain(cannot("nobody reads the lab's output any more: stopping").value());
    if (auto good = lab.healthy(); !good) return complain(good.error());
  }
  std::puts("stopping");
  return 0;
}

void print(const RunningLab& lab, const std::string& name) {
  std::string out = fmt::format("lab {} is up\n", name);
  out += fmt::format("  http   {}\n  https  {}\n  CA     {}\n  files  {}\n", lab.http_address(),
                     lab.https_address(), lab.ca_file(), lab.folder());
  out += "Variables for scenarios\n";
  for (const auto& [key, value] : lab.variables())
    out += fmt::format("  --set {}={}\n", key, value);
  out += fmt::format("Try\n  curl --connect-to ::{} http://frieza.dev/app1\n", lab.http_address());
  for (const auto& file : shipped_scenarios())
    if (scenario_lab(file.text) == name) out += try_line(lab, file);
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
  return stay(**lab);
}

}  // namespace

extern const Command lab{"lab", usage, "start a practice ingress made of real servers", 70,
                         execute};

}  // namespace ingress_check::commands
