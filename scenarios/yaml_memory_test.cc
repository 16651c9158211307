// What a hostile file may cost: every reading runs in a child of its own, whose memory and time
// the kernel counts.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

struct Cost {
  bool ended_well = false;
  double mebibytes = 0;  ///< resident at most, the test program included
  double seconds = 0;    ///< of processor time
};

Cost cost(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{60, 60};
    setrlimit(RLIMIT_CPU, &limit);
    _exit(work() ? 0 : 1);
  }
  int status = 0;
  rusage used{};
  EXPECT_EQ(wait4(child, &status, 0, &used), child);
  return {
      WIFEXITED(status) && WEXITSTATUS(status) == 0, static_cast<double>(used.ru_maxrss) / 1024,
      static_cast<double>(used.ru_utime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec) / 1e6};
}

struct Hostile {
  std::string name;
  std::string text;
  std::string says;  ///< the last mistake begins so; empty: it is a good file
};

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string alias_bomb() {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string one = std::string("*") + static_cast<char>(c - 1) + ",";
    text += std::string(1, c) + ": &" + c + " [" + repeated(one, 9) + "]\n";
  }
  return text;
}

std::string anchor_chain() {
  std::string text = "- &a0 [x]\n";
  for (int i = 1; i < 20'000; ++i)
    text += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  return text;
}

std::string stairs(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  return text;
}

std::string nested_anchors() {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "&a" + std::to_string(i) + " [";
  return "k: " + text + repeated("x,", 50'000) + repeated("]", 60);
}

std::string unique_keys(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "k" + std::to_string(i) + ":\n";
  return text;
}

std::vector<Hostile> hostile_files() {
  const std::size_t mebibyte = 1 << 20;
  return {
      {"alias bomb", alias_bomb(), "more than 100000 values"},
      {"text repeated by aliases",
       "a: &a " + std::string(mebibyte / 2, 'x') + "\nb: [" + repeated("*a,", 100'000) + "]",
       "aliases (*name) expand to more than"},
      {"a chain of anchors", anchor_chain(), "nested more than 64"},
      {"anchors around everything", nested_anchors(), "more than 100000 values"},
      {"20,000 brackets", repeated("[", 20'000), "nested more than 64"},
      {"1 MiB of brackets", repeated("[", mebibyte), "nested more than 64"},
      {"1 MiB of braces", repeated("{", mebibyte), "nested more than 64"},
      {"1 MiB of list marks", repeated("- ", mebibyte / 2), "nested more than 64"},
      {"1 MiB of question marks", repeated("? ", mebibyte / 2), "nested more than 64"},
      {"20,000 levels of keys", stairs(1'400), "nested more than 64"},
      {"1 MiB of items", repeated("- a\n", mebibyte / 4), "more than 100000 values"},
      {"1 MiB of empty maps", "[" + repeated("{},", mebibyte / 3 - 1), "more than 100000 values"},
      {"duplicate keys", repeated("a:\n", mebibyte / 3), "more than 100 mistakes"},
      {"99,990 values", unique_keys(49'995), ""},
      {"1 MiB of one word", std::string(mebibyte, 'x'), ""},
      {"1 MiB of quotes", repeated("\"", mebibyte - 1), "nothing may follow"},
      {"1 MiB without an end", "\"" + std::string(mebibyte - 1, 'x'), "this quote is never closed"},
      {"1 MiB of colons", repeated(": ", mebibyte / 2), ""},
      {"1 MiB of comments", repeated("#\n", mebibyte / 2), "the file is empty"},
      {"1 MiB of bell", repeated("\x07", mebibyte), "control character"},
      {"1 MiB of anchors", "[" + repeated("&a x,", mebibyte / 5 - 1), "more than 100000 values"},
      {"unknown aliases", "[" + repeated("*a,", mebibyte / 3 - 1), "more than 100 mistakes"},
      {"9 MiB", repeated("a: b\n", 9 * mebibyte / 5), "the file has"},
  };
}

TEST(YamlMemory, IsBoundedWhateverTheFileHolds) {
  const std::vector<Hostile> files = hostile_files();
  const Cost nothing = cost([] { return true; });
  for (const Hostile& file : files) {
    const Cost spent = cost([&] {
      const auto node = read_yaml(file.text, "scenarios/some_folder/hostile.yaml");
      if (node) return file.says.empty();
      const bool as_expected = file.says.empty() ? file.name.ends_with("colons")
                                                 : node.error().back().what.starts_with(file.says);
      if (!as_expected) std::fprintf(stderr, "%s\n", node.error().back().what.c_str());
      return as_expected;
    });
    EXPECT_TRUE(spent.ended_well) << file.name;
#ifndef __SANITIZE_ADDRESS__
    EXPECT_LT(spent.mebibytes - nothing.mebibytes, 48) << file.name;
#endif
    EXPECT_LT(spent.seconds, 20) << file.name;
    if (std::getenv("SHOW_COST"))
      std::fprintf(stderr, "%-28s %6.1f MiB %6.3f s\n", file.name.c_str(),
                   spent.mebibytes - nothing.mebibytes, spent.seconds);
  }
}

/// The reading stops at the level that is one too many: what stands behind it costs nothing more
/// than looking at its characters.
TEST(YamlMemory, TwentyThousandLevelsAreNotRead) {
  const auto spent = [](std::size_t levels) {
    return cost([=] { return !read_yaml(repeated("[", levels), "f.yaml"); }).mebibytes;
  };
  EXPECT_LT(spent(20'000) - spent(100), 4);
}

}  // namespace
}  // namespace ingress_check
