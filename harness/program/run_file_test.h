// A scenario's text run in this process, as `ingress-check run` does, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "fixtures/echo.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/run.h"

namespace ingress_check {

/// A mistake in the text fails the test.
inline Report run_file(const std::string& text, RunRequest request = {}) {
  auto options = connection(Arguments{});
  auto scenario = load(text, "test.yaml", check_words(), *options);
  if (!scenario) {
    for (const auto& error : scenario.error()) ADD_FAILURE() << show(error, text);
    return {};
  }
  Allowance allowance;
  request.allowance = &allowance;
  request.scenarios = {std::move(*scenario)};
  request.run_id = "test";
  return run(request, {});
}

/// Of the first pod.
inline std::string address(const Echo& pods) {
  return pods.pods()[0].ip + ":" + std::to_string(pods.pods()[0].port);
}

}  // namespace ingress_check
