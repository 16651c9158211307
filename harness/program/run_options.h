// What `run` and `load` take alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/program/options.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// --report, --color: of every command that renders a report.
std::vector<Option> render_options();
/// The value of --color. An Error says what to write.
Result<std::string> color_option(const Arguments& arguments);

/// Those, --allow, --seed, --max-time, --no-progress.
std::vector<Option> run_options();

struct RunSwitches {
  std::uint64_t seed = 1;  ///< of --seed, else random
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::string color;
};
/// Errors name the option and say what to write. The time of --max-time begins now.
Result<RunSwitches> run_switches(const Arguments& arguments);

/// A whole number from 1 to `most`.
Result<std::uint64_t> count_option(const Arguments& arguments, const std::string& name,
                                   std::uint64_t most, const std::string& example);

/// The command so that it can be pasted into a shell.
std::string pasteable(const std::string& command, const std::vector<std::string>& words,
                      const std::vector<Secret>& secrets);

}  // namespace ingress_check
