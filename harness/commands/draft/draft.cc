#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "harness/commands/draft/access_log.h"
#include "harness/commands/draft/manifest.h"
#include "harness/program/command.h"
#include "harness/program/options.h"
#include "harness/program/text_file.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "draft FILE...";
constexpr const char* about =
    "Writes a first scenario to standard output, from Ingress manifests (hosts, paths, TLS, the "
    "annotations that a\n"
    "check knows) or from an access log (the commonest GET paths of each host). What it cannot "
    "express stands at\n"
    "its end as a comment. Mistakes of a manifest are told with their place and what mends them. "
    "Nothing is sent.\n"
    "Exit status: 0 a scenario was written, 2 a manifest has mistakes (what could be read is "
    "written all the same).";

constexpr std::size_t most_bytes = 256 << 20;

/// The number of mistakes.
int read(const std::string& name, Sketch& sketch) {
  const auto text = read_text_file(name, most_bytes);
  if (!text) return complain(text.error()), 1;
  const std::string file = name == "-" ? "<standard input>" : name;
  if (is_manifest(*text)) {
    const Errors errors = read_manifest(*text, file, sketch);
    for (const auto& error : errors) std::fputs(show(error, *text).c_str(), stderr);
    return static_cast<int>(errors.size());
  }
  if (text->size() == most_bytes) sketch.remark(file + ": what lies beyond its first 256 MiB");
  if (const auto done = read_access_log(*text, file, sketch); !done)
    return complain(done.error()), 1;
  return 0;
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, {});
  if (!arguments) return arguments.error();
  if (arguments->positional.empty())
    return complain({"no file was named", "write `ingress-check draft ingress.yaml > shop.yaml`"});
  Sketch sketch;
  int mistakes = 0;
  for (const auto& name : arguments->positional) {
    mistakes += read(name, sketch);
    sketch.from += (sketch.from.empty() ? "" : ", ") + name;
  }
  if (sketch.name.empty()) sketch.name = "draft";
  if (!sketch.routes.empty())
    std::fputs(scenario_text(sketch).c_str(), stdout);
  else if (mistakes == 0)
    return complain({"no route can be drafted from " + sketch.from,
                     sketch.remarks.empty() ? "an Ingress has them under spec.rules[].http.paths"
                                            : fmt::format("{}", fmt::join(sketch.remarks, "\n"))});
  if (mistakes == 0) return 0;
  std::fputs(fmt::format("{} {}\n", mistakes, mistakes == 1 ? "mistake" : "mistakes").c_str(),
             stderr);
  return 2;
}

}  // namespace

extern const Command draft{"draft", usage, "a first scenario from manifests or an access log", 24,
                           execute};

}  // namespace ingress_check::commands
