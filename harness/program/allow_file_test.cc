#include "harness/program/allow_file.h"

#include <gtest/gtest.h>

#include <map>

namespace ingress_check {
namespace {

std::string path(const std::map<std::string, std::string>& environment) {
  return allow_file([&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(AllowFile, StandsInTheUsersHome) {
  EXPECT_EQ(path({{"HOME", "/home/ann"}}), "/home/ann/.config/ingress-check/allow");
  EXPECT_EQ(path({{"HOME", "/home/ann"}, {"XDG_CONFIG_HOME", "/etc/ann"}}),
            "/etc/ann/ingress-check/allow");
  EXPECT_EQ(path({{"HOME", "/home/ann"}, {"XDG_CONFIG_HOME", "checkout"}}),
            "/home/ann/.config/ingress-check/allow")
      << "what is relative would be read from wherever the user stands";
  EXPECT_EQ(path({{"HOME", "."}}), "");
  EXPECT_EQ(path({}), "");
}

TEST(AllowFile, OneALine) {
  const auto allowed = read_allow_file(
      "# ours\n\n10.0.0.0/8   # the lab\r\n  shop.example\n*.dev.example\nfd00::/8", "allow");
  ASSERT_TRUE(allowed.has_value());
  EXPECT_EQ(*allowed,
            (std::vector<std::string>{"10.0.0.0/8", "shop.example", "*.dev.example", "fd00::/8"}));
}

TEST(AllowFile, EveryMistakeStandsInItsPlace) {
  const std::string text = "10.0.0.0/8\n  10.0.0.0/33 # too many bits\na.example b.example\n";
  const auto allowed = read_allow_file(text, "allow");
  ASSERT_FALSE(allowed.has_value());
  ASSERT_EQ(allowed.error().size(), 2u);
  EXPECT_EQ(show(allowed.error()[0], text),
            "allow:2:3: '10.0.0.0/33' is not an IP address or a network\n"
            " 2 |   10.0.0.0/33 # too many bits\n"
            "   |   ^^^^^^^^^^^ write 10.0.0.7, 10.0.0.0/8, fd00::/8 or a host's name\n");
  EXPECT_EQ(show(allowed.error()[1], text),
            "allow:3:1: more than one word\n"
            " 3 | a.example b.example\n"
            "   | ^^^^^^^^^^^^^^^^^^^ one network or host a line, comments behind a #\n");
}

}  // namespace
}  // namespace ingress_check
