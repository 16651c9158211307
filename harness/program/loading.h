// Scenario files for the commands: read from disk (or from those compiled in), loaded, and their
// mistakes printed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scenarios/load.h"

namespace ingress_check {

/// The words of every check, for the reader.
std::vector<const CheckWords*> check_words();

struct ScenarioFile {
  std::string name;  ///< as places name it
  std::string text;
};

/// A scenario file: `-` is standard input, a path on disk, or the name of a scenario that ships
/// ("hands_on/nginx", "scenarios/hands_on/nginx.yaml").
Result<ScenarioFile> read_scenario_file(const std::string& name);

/// Loads every file; prints all mistakes of all files to standard error. Empty optional: there were
/// some (exit 2).
std::optional<std::vector<Scenario>> load_scenarios(const std::vector<std::string>& files,
                                                    const LoadOptions& options);

}  // namespace ingress_check
