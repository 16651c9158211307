// For tests that compare many generated replies: how many there were of each kind.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace ingress_check::testing {

class ReplyMix {
 public:
  void add(const std::vector<std::string>& kinds) {
    for (const auto& kind : kinds) ++counts_[kind];
  }
  /// That there were so many kinds, and of each a hundred at least. `--gtest_output=xml` tells
  /// them.
  void expect(std::size_t kinds) const {
    EXPECT_EQ(counts_.size(), kinds);
    std::string text;
    for (const auto& [kind, count] : counts_) {
      EXPECT_GE(count, 100) << kind;
      text.append(text.empty() ? "" : ", ").append(kind).append(" ").append(std::to_string(count));
    }
    ::testing::Test::RecordProperty("mix", text);
  }

 private:
  std::map<std::string, int> counts_;
};

}  // namespace ingress_check::testing
