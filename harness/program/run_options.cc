#include "harness/program/run_options.h"

#include <fmt/format.h>

#include <charconv>

#include "harness/curl_line.h"
#include "harness/program/version.h"

namespace ingress_check {
namespace {

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && text.size() <= 18 ? std::optional(number)
                                                                  : std::nullopt;
}

}  // namespace

std::vector<Option> run_options() {
  return {
      {"report", "FORMAT[=PATH]",
       "`ingress-check list formats`; PATH - or none is standard output; may be repeated", true},
      {"allow", "NETWORK",
       "may be sent more than 5 requests a second (CIDR, IP or host); loopback always may", true},
      {"seed", "N", "of everything that is drawn by chance; printed in the JSON report"},
      {"max-time", "DURATION", "stop after so long; what was not judged by then is said"},
      {"color", "WHEN", "always, never or auto", false, "auto"},
      {"no-progress", "", "no live line"},
  };
}

Result<RunSwitches> run_switches(const Arguments& arguments) {
  RunSwitches switches;
  switches.color = arguments.value("color");
  if (switches.color != "always" && switches.color != "never" && switches.color != "auto")
    return tl::unexpected(Error{fmt::format("--color {} is not known", switches.color),
                                "write always, never or auto"});
  if (arguments.has("max-time")) {
    const auto most = duration_option(arguments, "max-time");
    if (!most) return tl::unexpected(most.error());
    switches.deadline = std::chrono::steady_clock::now() + *most;
  }
  switches.seed = new_seed();
  if (arguments.has("seed")) {
    const auto seed = whole_number(arguments.value("seed"));
    if (!seed)
      return tl::unexpected(Error{
          fmt::format("--seed {} is no whole number", arguments.value("seed")), "write --seed 7"});
    switches.seed = *seed;
  }
  return switches;
}

Result<std::uint64_t> count_option(const Arguments& arguments, const std::string& name,
                                   std::uint64_t most, const std::string& example) {
  const std::string text = arguments.value(name);
  const auto number = whole_number(text);
  if (!number || *number == 0)
    return tl::unexpected(Error{fmt::format("--{} {} is no whole number above 0", name, text),
                                fmt::format("write --{} {}", name, example)});
  if (*number > most)
    return tl::unexpected(Error{fmt::format("--{} {} is too much", name, text),
                                fmt::format("write at most --{} {}", name, most)});
  return *number;
}

std::string pasteable(const std::string& command, const std::vector<std::string>& words,
                      const std::vector<Secret>& secrets) {
  std::string line = "ingress-check " + command;
  for (const auto& word : words) line += " " + shell_word(word, secrets);
  return line;
}

}  // namespace ingress_check
