#include "harness/program/loading.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <set>

#include "checks/check.h"
#include "harness/program/interrupt.h"
#include "harness/program/shipped.h"
#include "harness/program/text_file.h"
#include "reports/redact.h"
#include "scenarios/words.h"

namespace ingress_check {

std::vector<const CheckWords*> check_words() {
  std::vector<const CheckWords*> words;
  for (const auto* check : all_checks()) words.push_back(&check->words);
  return words;
}

namespace {

constexpr std::size_t most_bytes =
    4 << 20;  ///< the reader refuses more than 1 MiB; a little more is read to say so

const EmbeddedFile* shipped(const std::string& name) {
  for (const auto& file : shipped_scenarios()) {
    const std::string path(file.path);
    if (path == name || path == "scenarios/" + name || path == "scenarios/" + name + ".yaml")
      return &file;
  }
  return nullptr;
}

std::vector<std::string> shipped_names() {
  std::vector<std::string> names;
  for (const auto& file : shipped_scenarios()) {
    auto path = file.path;
    path.remove_prefix(std::string_view("scenarios/").size());
    path.remove_suffix(std::string_view(".yaml").size());
    names.emplace_back(path);
  }
  return names;
}

}  // namespace

Result<ScenarioFile> read_scenario_file(const std::string& name) {
  if (const auto* built_in = shipped(name); built_in && ::access(name.c_str(), F_OK) != 0)
    return ScenarioFile{std::string(built_in->path), std::string(built_in->text)};
  auto text = read_text_file(name, most_bytes);
  if (text) return ScenarioFile{name == "-" ? "<standard input>" : name, *std::move(text)};
  Error error = text.error();
  if (error.hint.empty())
    error.hint = words_hint(name, shipped_names(), "ingress-check list scenarios");
  return tl::unexpected(std::move(error));
}

std::optional<std::vector<Scenario>> load_scenarios(const std::vector<std::string>& files,
                                                    const LoadOptions& options) {
  const auto words = check_words();
  std::vector<Scenario> scenarios;
  std::set<std::string> names;
  std::size_t mistakes = 0;
  const auto print = [&](const Error& error, std::string_view text) {
    std::fputs(show(error, text).c_str(), stderr);
    ++mistakes;
  };
  for (const auto& file : files) {
    const auto read = read_scenario_file(file);
    if (!read) {
      print(read.error(), "");
      continue;
    }
    auto scenario = load(read->text, read->name, words, options);
    if (!scenario) {
      for (const auto& error : scenario.error()) print(error, read->text);
    } else if (!names.insert(scenario->name).second) {
      print(
          Redactor(secrets_of(*scenario))
              .error({fmt::format("{}: a second scenario is called {}", read->name, scenario->name),
                      "give each its own name"}),
          "");
    } else {
      scenarios.push_back(std::move(*scenario));
    }
  }
  if (mistakes == 0) return scenarios;
  if (stop_requested()) return std::nullopt;
  std::fputs(fmt::format("{} {}\n", mistakes, mistakes == 1 ? "mistake" : "mistakes").c_str(),
             stderr);
  return std::nullopt;
}

}  // namespace ingress_check
