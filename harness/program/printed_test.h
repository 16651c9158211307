// For tests: a command run inside this process, and all that it printed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/program/command.h"

namespace ingress_check::testing {

struct Printed {
  int status = -1;  ///< -1: there is no such command
  std::string out, err;
  std::string all() const { return out + err; }
};

/// `ingress-check NAME WORDS...`
inline Printed run_command(const std::string& name, const std::vector<std::string>& words) {
  const auto commands = all_commands();
  const auto found = std::ranges::find(commands, name, [](const Command* c) { return c->name; });
  if (found == commands.end()) return {};
  Printed printed;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  printed.status = (*found)->run(words);
  printed.out = ::testing::internal::GetCapturedStdout();
  printed.err = ::testing::internal::GetCapturedStderr();
  return printed;
}

}  // namespace ingress_check::testing
