// The corpus of fixtures/mistakes: what a user is told about each bad file, word for word, and that
// every good one is read. UPDATE_GOLDEN=1 writes the messages anew; read them before you commit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "checks/check.h"
#include "harness/answered_by.h"
#include "scenarios/load.h"

namespace ingress_check {
namespace {

namespace fs = std::filesystem;

fs::path folder() { return fs::path(SOURCE_DIR) / "fixtures" / "mistakes"; }

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<fs::path> files(const fs::path& where, const std::string& extension) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(where))
    if (entry.path().extension() == extension) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

LoadOptions options() {
  LoadOptions all;
  all.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "ADDRESS") return "127.0.0.1:8080";
    if (name == "TOKEN") return "hunter2";
    if (name == "SOON") return "soon";
    return std::nullopt;
  };
  for (const Profile& profile : profiles()) all.controllers.push_back(profile.name);
  for (const IdentityPreset& preset : identity_presets()) all.presets.push_back(preset.name);
  all.preset = identity_preset;
  return all;
}

tl::expected<Scenario, Errors> read(const std::string& text, const std::string& name) {
  std::vector<const CheckWords*> words;
  for (const Check* check : all_checks()) words.push_back(&check->words);
  return load(text, name, words, options());
}

std::string messages(const std::string& text, const std::string& name) {
  const auto scenario = read(text, name);
  if (scenario) return "";
  std::string out;
  for (const Error& error : scenario.error()) out += show(error, text);
  return out;
}

TEST(Mistakes, EveryBadFileIsToldWhatToWriteInstead) {
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  const auto bad = files(folder(), ".yaml");
  EXPECT_GE(bad.size(), 60u);
  for (const fs::path& path : bad) {
    SCOPED_TRACE(path.filename().string());
    const std::string said = messages(content(path), path.filename().string());
    fs::path golden = path;
    golden.replace_extension(".txt");
    EXPECT_FALSE(said.empty()) << "no mistake was found in it";
    if (update)
      std::ofstream(golden, std::ios::binary) << said;
    else
      EXPECT_EQ(said, content(golden));
  }
}

TEST(Mistakes, EveryMessageBelongsToAFile) {
  for (fs::path path : files(folder(), ".txt"))
    EXPECT_TRUE(fs::exists(path.replace_extension(".yaml"))) << path;
}

TEST(Mistakes, NoMessageTellsASecret) {
  for (const fs::path& path : files(folder(), ".txt"))
    EXPECT_EQ(content(path).find("hunter2"), std::string::npos) << path;
}

TEST(Mistakes, EveryGoodFileIsRead) {
  const auto good = files(folder() / "good", ".yaml");
  EXPECT_GE(good.size(), 15u);
  for (const fs::path& path : good)
    EXPECT_EQ(messages(content(path), path.filename().string()), "") << path.filename();
}

struct Hostile {
  std::string name, text;
};

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

std::string numbered(std::string_view form, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += fmt::format(fmt::runtime(form), i);
  return out;
}

/// Files near the limits of size and count: told in bounded words, within a time that nobody
/// notices.
TEST(Mistakes, LargeFilesAreToldSoonAndInFewWords) {
  const std::string head = "scenario: trial\ntarget: {url: http://frieza.dev}\n";
  const std::string targets =
      "scenario: trial\ntargets:\n" + numbered("  t{}: {{url: http://frieza.dev}}\n", 300) +
      "checks:\n  - routing:\n      matrix: {http: [1.1, 2]}\n      routes:\n";
  const std::vector<Hostile> hostile{
      {"20,000 levels", repeated("[", 20'000)},
      {"40,000 unknown keys", head + numbered("key{}: 1\n", 40'000)},
      {"20,000 unknown checks", head + "checks:\n" + numbered("  - check{}: {{}}\n", 20'000)},
      {"10,000 wrong routes", head + "checks:\n  - routing:\n      routes:\n" +
                                  repeated("        - {path: app1, status: 99}\n", 10'000)},
      {"wrong routes for 300 targets", targets + repeated("        - {path: app1}\n", 1'000)},
      {"20,000 missing variables", head + "ready:\n" + numbered("  k{0}: ${{V{0}}}\n", 20'000)},
      {"a key of 1 MiB", head + std::string(1'000'000, 'k') + ": 1\n"},
      {"a value of 1 MiB", head + "controller: " + std::string(1'000'000, 'v') + "\n"},
      {"a pattern of 1 MiB", head + "answered-by: {body: '" + repeated("(a*)*", 200'000) + "'}\n"},
      {"a url of 1 MiB",
       "scenario: a\ntarget: {url: 'http://" + std::string(1'000'000, 'h') + "'}\n"},
  };
  for (const Hostile& file : hostile) {
    const auto before = std::chrono::steady_clock::now();
    const std::string said = messages(file.text, "hostile.yaml");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    EXPECT_FALSE(said.empty()) << file.name;
    EXPECT_LT(said.size(), 200'000u) << file.name;
    EXPECT_LT(took.count(), 20) << file.name;
    if (std::getenv("SHOW_COST"))
      fmt::print("{:30} {:7.3f} s {:8} characters\n", file.name, took.count(), said.size());
  }
}

}  // namespace
}  // namespace ingress_check
