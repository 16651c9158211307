// The program: finds the command and hands over.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/program/command.h"
#include "harness/program/options.h"
#include "harness/program/version.h"

namespace {

using namespace ingress_check;

std::string overview() {
  std::vector<const Command*> commands(all_commands().begin(), all_commands().end());
  std::ranges::stable_sort(commands, {}, &Command::order);
  std::string out =
      "ingress-check sends declared traffic at an ingress and says, with evidence, whether it does "
      "what it should\n\n";
  for (const auto* command : commands)
    out += fmt::format("  {:<10} {}\n", command->name, command->about);
  out +=
      "\nStart with\n"
      "  ingress-check run hands_on/nginx --lab nginx      a practice ingress, all well\n"
      "  ingress-check probe https://your.host/            one exchange, told in full\n"
      "  ingress-check COMMAND --help                      all about one command\n";
  return out;
}

int unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const auto* command : all_commands()) names.push_back(command->name);
  const std::string near = nearest(word, names);
  return complain(
      {fmt::format("there is no command {}", word),
       near.empty() ? "there are " + one_of(names) : fmt::format("did you mean {}?", near)});
}

int run(const std::vector<std::string>& words) {
  for (const auto* command : all_commands())
    if (command->name == words[0]) return command->run({words.begin() + 1, words.end()});
  return unknown(words[0]);
}

/// Text that did not get out is not a success; an interrupted command keeps its status.
int flushed(int status) {
  const bool good = std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (good || status >= 128) return status;
  return complain({"cannot write to standard output", "the end of the text is lost", {}, false});
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is told like a full disk
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() > 1 && words[0] == "help") words = {words[1], "--help"};  // as git and kubectl
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::fputs(overview().c_str(), words.empty() ? stderr : stdout);
    return words.empty() ? 2 : flushed(0);
  }
  if (words[0] == "--version" || words[0] == "-V" || words[0] == "version") {
    std::puts(("ingress-check " + ingress_check::version()).c_str());
    return flushed(0);
  }
  return flushed(run(words));
}
