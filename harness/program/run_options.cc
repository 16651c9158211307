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

std::vector<Option> render_options() {
  return {
      {"report", "FORMAT[=PATH]",
       "`ingress-check list formats`; PATH - or none is standard output; may be repeated", true},
      {"color", "WHEN", "always, never or auto", false, "auto"},
  };
}

Result<std::string> color_option(const Arguments& arguments) {
  const std::string when = arguments.value("color");
  if (when == "always" || when == "never" || when == "auto") return when;
  return tl::unexpected(
      Error{fmt::format("--color {} is not known", when), "write always, never or auto"});
}

std::vector<Option> run_options() {
  auto all = render_options();
  const std::vector<Option> own = {
      {"allow", "NETWORK",
       "may be sent more than 5 requests a second (CIDR, IP or host); loopback always may", true},
      {"seed", "N", "of everything that is drawn by chance; printed in the JSON report"},
      {"max-time", "DURATION", "stop after so long; what was not judged by then is said"},
      {"no-progress", "", "no live line"},
  };
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

Result<RunSwitches> run_switches(const Arguments& arguments) {
  RunSwitches switches;
  const auto color = color_option(arguments);
  if (!color) return tl::unexpected(color.error());
  switches.color = *color;
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
