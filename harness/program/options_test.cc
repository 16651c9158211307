#include "harness/program/options.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

std::string mistake(const std::vector<std::string>& words) {
  const auto arguments = parse(words, connection_options());
  if (!arguments) return arguments.error().what + "; " + arguments.error().hint;
  const auto options = connection(*arguments);
  return options ? "" : options.error().what + "; " + options.error().hint;
}

TEST(Options, MisspeltOnesAreNotGuessed) {
  EXPECT_EQ(mistake({"--targte", "http://a"}), "unknown option --targte; did you mean --target?");
  EXPECT_NE(mistake({"--targ", "http://a"}), "") << "an abbreviation must not pass for the option";
}

TEST(Options, CurlsWordForAuthoritiesIsTaken) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--cacert", "ca.pem"}, {"--cacert=ca.pem"}, {"--ca", "ca.pem"}}) {
    const auto arguments = parse(words, connection_options());
    ASSERT_TRUE(arguments.has_value()) << arguments.error().what;
    EXPECT_EQ(arguments->values.at("ca"), std::vector<std::string>{"ca.pem"});
  }
}

TEST(Options, BadValuesSayWhatToWrite) {
  EXPECT_NE(mistake({"--target", "frieza.dev"}), "");
  EXPECT_EQ(mistake({"--http", "3"}), "--http 3 is not known; write auto, 1.1, 2 or h2c");
  EXPECT_EQ(mistake({"--set", "NAME"}), "--set NAME has no value; write --set NAME=VALUE");
  EXPECT_EQ(mistake({"-H", "novalue"}),
            "--header novalue is no header field; write -H 'Name: value'");
  EXPECT_NE(mistake({"--timeout", "10"}), "") << "a bare number has no unit";
  EXPECT_EQ(mistake({"-4", "-6"}),
            "-4 and -6 exclude each other; give one of them, or none for both");
}

TEST(Options, TargetsAreNamedWherePeopleNameThem) {
  const auto arguments =
      parse({"--target", "old=http://a.example", "--address", "old=127.0.0.1:8080", "--address",
             "80=127.0.0.2:8080,443=127.0.0.2:8443"},
            connection_options());
  ASSERT_TRUE(arguments);
  const auto options = connection(*arguments);
  ASSERT_TRUE(options) << options.error().what;
  ASSERT_EQ(options->targets.size(), 2u);
  EXPECT_EQ(options->targets[0].name, "old");
  EXPECT_EQ(options->targets[0].url->host, "a.example");
  EXPECT_EQ(options->targets[0].address->at(0).port, 8080);
  EXPECT_EQ(options->targets[1].name, "");
  ASSERT_EQ(options->targets[1].address->size(), 2u);
  EXPECT_EQ(options->targets[1].address->at(1).url_port, 443);
}

TEST(Options, NoTimeAtAllIsAMistake) {
  EXPECT_EQ(mistake({"--timeout", "0s"}), "--timeout 0s leaves no time; write --timeout 10s");
}

TEST(Options, TwoTargetsNeedNames) {
  EXPECT_NE(mistake({"--target", "http://a.example", "--target", "http://b.example"}), "");
  EXPECT_NE(mistake({"--address", "127.0.0.1:1", "--address", "127.0.0.1:2"}), "");
  EXPECT_EQ(mistake({"--target", "a=http://a.example", "--target", "b=http://b.example"}), "");
}

TEST(Options, HelpNamesEveryOption) {
  const std::string text = help("run", "about", connection_options());
  for (const auto& option : connection_options())
    EXPECT_NE(text.find("--" + option.name.substr(0, option.name.find(','))), std::string::npos)
        << option.name;
}

}  // namespace
}  // namespace ingress_check
