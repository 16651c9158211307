#include "harness/program/loading.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>

#include "checks/check.h"
#include "harness/program/interrupt.h"
#include "harness/program/shipped.h"
#include "reports/redact.h"

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

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

Result<ScenarioFile> read_scenario_file(const std::string& name) {
  struct stat facts {};
  if (name != "-" && ::stat(name.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode))
    return tl::unexpected(
        Error{name + " is a folder", "name scenario files, for instance " + name + "/*.yaml"});
  const std::unique_ptr<std::FILE, Close> file(name == "-" ? stdin
                                                           : std::fopen(name.c_str(), "rb"));
  if (!file) {
    const int reason = errno;
    if (const auto* built_in = shipped(name))
      return ScenarioFile{std::string(built_in->path), std::string(built_in->text)};
    return tl::unexpected(Error{fmt::format("cannot read {}: {}", name, std::strerror(reason)),
                                "`ingress-check list scenarios` names the scenarios that ship"});
  }
  std::string text;
  char part[65536];
  while (text.size() < most_bytes) {
    const auto n = std::fread(part, 1, sizeof part, file.get());
    if (n == 0) break;
    text.append(part, n);
  }
  if (std::ferror(file.get()))
    return tl::unexpected(Error{
        stop_requested() ? "interrupted while reading " + name : "cannot read all of " + name, ""});
  return ScenarioFile{name == "-" ? "<standard input>" : name, std::move(text)};
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
