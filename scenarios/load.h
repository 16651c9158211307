// Text to Scenario: reads, expands, decodes, and reports every mistake of the file at once.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"

namespace ingress_check {

/// What the command line says about targets; each replaces what the file says, before variables are
/// read.
struct TargetOverride {
  std::string name;  ///< empty: every target (or the only one)
  std::optional<Url> url;
  std::optional<std::vector<Redirection>> address;
};

struct LoadOptions {
  std::vector<std::pair<std::string, std::string>> set;  ///< --set NAME=VALUE
  std::function<std::optional<std::string>(const std::string&)>
      environment;  ///< getenv, or a test's own
  std::vector<TargetOverride> targets;
  std::optional<Url> url_without_target;  ///< for a scenario that names no URL (a practice lab's)
  std::vector<std::string>
      controllers;                   ///< known profiles, for `controller`, `expect-fail`, `only`
  std::vector<std::string> presets;  ///< known `answered-by` presets
  std::function<std::optional<Identity>(const std::string&)> preset;
  // Connection flags of the command line; they win over the file.
  std::optional<std::string> ca, certificate, key, sni;
  std::optional<HttpVersion> http;
  std::optional<bool> insecure;
  std::optional<Duration> timeout;
  Headers headers;
  int ip_version = 0;
};

/// The language as tables: fields of the whole file, and what every check takes besides its own.
/// `answered-by` presets and controllers come in as words so that messages and schema list them.
std::vector<Field> scenario_fields(const std::vector<std::string>& controllers,
                                   const std::vector<std::string>& presets);
std::vector<KeyRule> scenario_rules();
std::vector<Field> common_check_fields(const std::vector<std::string>& controllers = {});

/// All mistakes, in file order. `text` is one whole file.
tl::expected<Scenario, Errors> load(std::string_view text, const std::string& file,
                                    std::span<const CheckWords* const> checks,
                                    const LoadOptions& options);

/// The JSON Schema (draft-07) of a scenario file, from the same tables: what editors complete and
/// verify with.
std::string schema(std::span<const CheckWords* const> checks,
                   const std::vector<std::string>& controllers,
                   const std::vector<std::string>& presets);

}  // namespace ingress_check
