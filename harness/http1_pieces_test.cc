// How a reply is cut into packets makes no difference: over a corpus and over mutations of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/http1_test.h"

namespace ingress_check {
namespace {

using testing::Choices;
using testing::hear;
using State = Http1Response::State;

/// The replies that fuzzing starts from, and those that it found worth keeping: the first byte of
/// each is for the fuzzer.
std::vector<std::string> corpus() {
  std::vector<std::string> replies;
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::directory_iterator(SOURCE_DIR "/fixtures/fuzz/http1"))
    paths.push_back(file.path());
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.size() > 1) replies.push_back(text.substr(1));
  }
  return replies;
}

/// Changes a few bytes in ways that touch the framing.
std::string mutated(std::string reply, Choices& choices) {
  static constexpr std::string_view kBytes(
      "\r\n :;,\t0159afF\0\x7f\xff"
      "HTP/.-",
      24);
  for (std::size_t i = choices.below(3) + 1; i > 0 && !reply.empty(); --i) {
    const std::size_t at = choices.below(reply.size());
    switch (choices.below(4)) {
      case 0:
        reply[at] = kBytes[choices.below(kBytes.size())];
        break;
      case 1:
        reply.insert(at, 1, kBytes[choices.below(kBytes.size())]);
        break;
      case 2:
        reply.erase(at, choices.below(4) + 1);
        break;
      default:
        reply.insert(at, reply.substr(choices.below(reply.size()), choices.below(20)));
    }
  }
  return reply;
}

void expect_same(const std::string& reply, bool to_head, Choices& choices,
                 const Http1Limits& limits = {}) {
  const auto whole = hear(reply, to_head, limits);
  const auto each = hear(
      reply, [](std::size_t) { return std::size_t{1}; }, to_head, limits);
  const auto cut = hear(
      reply, [&](std::size_t rest) { return std::min(rest, choices.below(30) + 1); }, to_head,
      limits);
  ASSERT_EQ(whole, each) << reply;
  ASSERT_EQ(whole, cut) << reply;
}

TEST(Http1Pieces, CorpusIsReadAlikeHoweverItIsCut) {
  Choices choices(1);
  const auto replies = corpus();
  ASSERT_GE(replies.size(), 20U);
  for (const auto& reply : replies)
    for (const bool to_head : {false, true}) expect_same(reply, to_head, choices);
}

TEST(Http1Pieces, MutationsAreReadAlikeHoweverTheyAreCut) {
  Choices choices(2);
  std::size_t done = 0, malformed = 0, other = 0;
  for (const auto& reply : corpus())
    for (int i = 0; i < 30; ++i) {
      const auto changed = mutated(reply, choices);
      const Http1Limits limits{.line = static_cast<std::uint32_t>(20 + choices.below(60)),
                               .fields = 6,
                               .head = 300,
                               .interims = 2};
      expect_same(changed, false, choices);
      expect_same(changed, choices.one_in(2), choices, limits);
      const auto state = hear(changed).state;
      ++(state == State::done ? done : state == State::malformed ? malformed : other);
    }
  EXPECT_GT(done, 200U) << "mutations are too rough to test anything";
  EXPECT_GT(malformed, 200U);
  EXPECT_GT(other, 100U) << "truncated";
}

TEST(Http1Pieces, EachPrefixOfAReplyIsReadAlike) {
  Choices choices(3);
  for (const auto& reply : corpus())
    for (std::size_t size = 0; size < std::min<std::size_t>(reply.size(), 400); size += 3)
      expect_same(reply.substr(0, size), false, choices);
}

TEST(Http1Pieces, NothingIsAllocatedAfterTheFirstResponse) {
  const std::string reply =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Long: " + std::string(200, 'x') +
      "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  struct Where final : ResponseListener {
    const char* at = nullptr;
    void on_field(Section, std::string_view, std::string_view value) override {
      if (value.size() == 200) at = value.data();
    }
  } where;
  Http1Response response;
  const char* first = nullptr;
  for (int i = 0; i < 3; ++i) {
    response.begin(false);
    for (const char& byte : reply) response.feed({&byte, 1}, &where);
    ASSERT_EQ(response.state(), State::done);
    if (i > 0) {
      EXPECT_EQ(where.at, first) << "the line in pieces lies where it lay before";
    }
    first = where.at;
  }
  response.begin(false);
  response.feed(reply, &where);
  EXPECT_TRUE(where.at > reply.data() && where.at < reply.data() + reply.size())
      << "a line in one piece is not copied";
}

}  // namespace
}  // namespace ingress_check
