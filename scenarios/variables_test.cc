#include "scenarios/variables.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

Variables some() {
  return Variables({{"A", "old"}, {"A", "set"}, {"EMPTY", ""}},
                   [](const std::string& name) -> std::optional<std::string> {
                     if (name == "A") return "environment";
                     if (name == "HOME_HOST") return "frieza.dev";
                     if (name == "NESTED") return "${A}";
                     return std::nullopt;
                   });
}

std::string expanded(std::string_view text) {
  auto variables = some();
  const auto result = variables.expand(text);
  return result ? *result : "error: " + result.error().what;
}

TEST(Variables, ComeFromTheCommandLineThenTheEnvironmentThenTheDefault) {
  EXPECT_EQ(expanded("x ${A} y"), "x set y");
  EXPECT_EQ(expanded("http://${HOME_HOST}/${A}"), "http://frieza.dev/set");
  EXPECT_EQ(expanded("${NONE:-a default: with - and :-}"), "a default: with - and :-");
  EXPECT_EQ(expanded("${A:-other}"), "set");
  EXPECT_EQ(expanded("[${EMPTY:-other}]"), "[]");
  EXPECT_EQ(expanded("[${NONE:-}]"), "[]");
}

TEST(Variables, AreNotParsedAgain) { EXPECT_EQ(expanded("${NESTED}"), "${A}"); }

TEST(Variables, LeaveOtherDollarsAlone) {
  EXPECT_EQ(expanded("$A $ $$ {A} a$"), "$A $ $$ {A} a$");
  EXPECT_EQ(expanded("$${A} ${A} $${"), "${A} set ${");
}

TEST(Variables, AreNamedWhenMissing) {
  EXPECT_EQ(expanded("${MISSING}"), "error: variable MISSING is not set");
  EXPECT_EQ(expanded("${secret:MISSING}"), "error: variable MISSING is not set");
  auto variables = some();
  EXPECT_EQ(variables.expand("${secret:MISSING}").error().hint,
            "give it with --set MISSING=VALUE or in the environment, or write a default: "
            "${secret:MISSING:-VALUE}");
}

TEST(Variables, AreRefusedWhenBadlyWritten) {
  for (const char* text : {"${}", "${1A}", "${A B}", "${A", "${secret:}", "${:-x}", "${A-x}"})
    EXPECT_TRUE(expanded(text).starts_with("error: cannot read the variable")) << text;
}

TEST(Variables, RememberSecretsOnceAndNeverEmptyOnes) {
  auto variables = some();
  ASSERT_TRUE(variables.expand("${secret:A} ${secret:EMPTY} ${secret:A} ${HOME_HOST}"));
  ASSERT_TRUE(variables.expand("${secret:T:-token}"));
  ASSERT_EQ(variables.secrets().size(), 2u);
  EXPECT_EQ(variables.secrets()[0].name, "A");
  EXPECT_EQ(variables.secrets()[0].value, "set");
  EXPECT_EQ(variables.secrets()[1].value, "token");
}

TEST(Variables, AreSeenUnlessEscaped) {
  EXPECT_TRUE(has_variable("a${B}"));
  EXPECT_FALSE(has_variable("a$${B}"));
  EXPECT_FALSE(has_variable("$B"));
}

}  // namespace
}  // namespace ingress_check
