#include "harness/events.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Lets all of them end.
std::vector<EventReply> all_of(std::vector<Event> events, std::vector<std::string> hidden = {}) {
  const auto count = events.size();
  Events running(std::move(events), std::move(hidden));
  while (running.ended() < count) std::this_thread::yield();
  return running.finish();
}

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / ("events-" + std::to_string(getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

TEST(Events, ACommandRunsAtItsTimeAndIsUndoneAfterThePhase) {
  const Folder folder;
  const auto there = folder.file("there");
  Events events({{.run = {"touch", there}, .at = milliseconds(50), .undo = {"rm", there}}}, {});
  while (!std::filesystem::exists(there)) std::this_thread::yield();
  const auto replies = events.finish();
  EXPECT_FALSE(std::filesystem::exists(there));
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_GE(replies[0].began, milliseconds(50));
  EXPECT_EQ(replies[0].status, 0);
  EXPECT_TRUE(replies[1].undone);
  EXPECT_EQ(events.finish().size(), 2u) << "it is undone once";
}

TEST(Events, WhatWasNotBegunIsNotUndone) {
  const Folder folder;
  std::ofstream(folder.file("kept"));
  Events events({{.run = {"true"}, .at = seconds(3600), .undo = {"rm", folder.file("kept")}}}, {});
  EXPECT_TRUE(events.finish().empty());
  EXPECT_TRUE(std::filesystem::exists(folder.file("kept")));
}

TEST(Events, NoShellReadsTheArguments) {
  const auto replies = all_of({{.run = {"echo", "$HOME; ls", "`id`"}}});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].output, "$HOME; ls `id`\n");
}

TEST(Events, WhatCannotBeStartedOrFailsSaysSo) {
  const auto replies = all_of({{.run = {"/no/such/program"}}, {.run = {"sh", "-c", "exit 3"}}});
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].status, 127);
  EXPECT_EQ(replies[0].output, "No such file or directory");
  EXPECT_EQ(replies[1].status, 3);
}

TEST(Events, OneThatTakesTooLongIsKilledWithAllThatItStarted) {
  const Folder folder;
  const auto command = "(sleep 60; touch " + folder.file("late") + ") & sleep 60";
  const auto replies = all_of({{.run = {"sh", "-c", command}, .within = milliseconds(60)}});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].status, 128 + SIGKILL);
  EXPECT_LT(replies[0].ended, seconds(5));
}

TEST(Events, OneThatRunsWhenThePhaseIsOverIsEndedAndUndone) {
  const Folder folder;
  const auto begun = folder.file("begun");
  Events events(
      {{.run = {"sh", "-c", "touch " + begun + "; sleep 60"}, .undo = {"echo", "undone"}}}, {});
  while (!std::filesystem::exists(begun)) std::this_thread::yield();
  const auto replies = events.finish();
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_LT(replies[0].ended, seconds(5));
  EXPECT_EQ(replies[1].output, "undone\n");
}

TEST(Events, HiddenVariablesAreNotPassedOn) {
  ::setenv("EVENTS_SECRET", "hunter2", 1);
  ::setenv("EVENTS_OPEN", "seen", 1);
  const auto replies = all_of({{.run = {"env"}}}, {"EVENTS_SECRET"});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].output.find("hunter2"), std::string::npos);
  ::unsetenv("EVENTS_SECRET");
  ::unsetenv("EVENTS_OPEN");
}

TEST(Events, OutputIsBounded) {
  const auto replies = all_of({{.run = {"sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x"}}});
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_LE(replies[0].output.size(), 1024u);
}

}  // namespace
}  // namespace ingress_check
