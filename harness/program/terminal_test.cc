#include "harness/program/terminal.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(Terminal, ColourIsDecidedByTheFirstThatSpeaks) {
  Surroundings around{.color = "auto", .out_is_terminal = true};
  EXPECT_TRUE(wants_color(around));
  around.clicolor = "0";
  EXPECT_FALSE(wants_color(around));
  around.clicolor = "1";
  around.term = "dumb";
  EXPECT_FALSE(wants_color(around)) << "TERM before the terminal";
  around.clicolor_force = "1";
  EXPECT_TRUE(wants_color(around)) << "CLICOLOR_FORCE before TERM";
  around.no_color = "1";
  EXPECT_FALSE(wants_color(around)) << "NO_COLOR before CLICOLOR_FORCE";
  around.color = "always";
  EXPECT_TRUE(wants_color(around)) << "the flag before all";
  around = {.color = "never", .out_is_terminal = true, .clicolor_force = "1"};
  EXPECT_FALSE(wants_color(around));
}

TEST(Terminal, APipeHasNoColourUnlessForced) {
  Surroundings around{.color = "auto"};
  EXPECT_FALSE(wants_color(around));
  for (const char* no : {"", "0"}) {
    around.force_color = no;
    EXPECT_FALSE(wants_color(around));
  }
  around.force_color = "3";
  EXPECT_TRUE(wants_color(around));
}

TEST(Terminal, IsRedrawnOnlyWhereSomebodyLooks) {
  Surroundings around{.color = "auto", .error_is_terminal = true};
  EXPECT_TRUE(can_redraw(around));
  around.no_color = "1";
  EXPECT_FALSE(can_redraw(around));
  around.no_color = "";
  around.ci = "true";
  EXPECT_FALSE(can_redraw(around));
  around.ci = "false";
  EXPECT_TRUE(can_redraw(around));
  around.term = "dumb";
  EXPECT_FALSE(can_redraw(around));
  around = {.color = "always", .out_is_terminal = true};
  EXPECT_FALSE(can_redraw(around)) << "standard error goes to a file";
}

}  // namespace
}  // namespace ingress_check
