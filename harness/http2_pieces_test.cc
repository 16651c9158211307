// How replies are cut into packets makes no difference: over random frames, right and wrong.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "harness/http1_test.h"
#include "harness/http2_test.h"

namespace ingress_check {
namespace {

using namespace testing::http2::frames;
using testing::Choices;
using testing::http2::hear;

/// A few frames of every kind, some wrong, for the three streams of hear().
std::string some_frames(Choices& choices) {
  static const std::vector<std::string> statuses{"200", "404", "100", "103", "204", "304", "99"};
  std::string bytes = choices.one_in(30) ? "" : settings({{3, 10}});
  for (std::size_t n = choices.below(12) + 1; n > 0; --n) {
    const auto stream = static_cast<std::uint32_t>(choices.below(3) * 2 + 1);
    const bool last = choices.one_in(2);
    switch (choices.below(14)) {
      case 0:
        bytes += choices.one_in(3) ? reset(stream, choices.one_in(2) ? 7 : 0) : "";
        break;
      case 1:
        bytes += choices.one_in(4) ? goaway(stream - (choices.one_in(2) ? 0 : 1)) : "";
        break;
      case 2:
        bytes += window(choices.one_in(2) ? 0 : stream, choices.one_in(4) ? 0 : 1000);
        break;
      case 3:
        bytes += choices.one_in(2) ? settings({{3, 1}}) : frame(6, 0, 0, "12345678");
        break;
      case 4:
        bytes += headers(stream, {{"x-trailer", "1"}}, true);
        break;
      case 5:
        bytes += frame(0, kPadded, stream, padded(std::string(choices.below(50), 'p'), 20));
        break;
      case 6: {
        const auto all = block({{":status", "200"}, {"content-length", "3"}});
        const auto cut = choices.below(all.size());
        bytes += frame(1, 0, stream, all.substr(0, cut)) +
                 frame(9, choices.one_in(9) ? 0 : kEndHeaders, stream, all.substr(cut));
        break;
      }
      case 7:
      case 8:
      case 9:
      case 10:
        bytes += headers(stream, {{":status", statuses[choices.below(7)]}, {"x", "y"}}, last);
        break;
      default:
        bytes += data(stream, std::string(choices.below(5), 'd'), last);
    }
  }
  return bytes;
}

TEST(Http2Pieces, CorpusIsReadAlikeHoweverItIsCut) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(SOURCE_DIR "/fixtures/fuzz/http2")) {
    std::ifstream in(file.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.erase(0, 1);  // is for the fuzzer
    for (const std::size_t size : {3U, 100000U}) {
      const std::string body(size, 'x');
      const auto each = hear(
          text, [](std::size_t) { return std::size_t{1}; }, {}, body);
      EXPECT_EQ(hear(text, {}, body), each) << file.path();
    }
    ++count;
  }
  EXPECT_GE(count, 20U);
}

TEST(Http2Pieces, HowBytesAreCutMakesNoDifference) {
  Choices choices(1);
  std::map<std::string, int> ends;
  int broken = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = some_frames(choices);
    if (choices.one_in(4)) bytes[choices.below(bytes.size())] ^= char(1 << choices.below(8));
    const auto whole = hear(bytes);
    const auto each = hear(bytes, [](std::size_t) { return std::size_t{1}; });
    const auto cut =
        hear(bytes, [&](std::size_t rest) { return std::min(rest, choices.below(30) + 1); });
    ASSERT_EQ(whole, each) << i;
    ASSERT_EQ(whole, cut) << i;
    for (const auto& ear : whole.ears) {
      ASSERT_EQ(ear.ends, 1) << i;
      ++ends[ear.end()];
    }
    broken += !whole.taken;
  }
  EXPECT_GT(broken, 250);
  EXPECT_LT(broken, 2750);
  for (const auto* how : {"done", "refused", "reset", "truncated", "closed", "malformed"})
    EXPECT_GT(ends[how], 100) << how;
}

}  // namespace
}  // namespace ingress_check
