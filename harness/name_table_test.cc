#include "harness/name_table.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(NameTable, NumbersAreGivenInOrderAndNamesStay) {
  NameTable table;
  EXPECT_EQ(table.number(""), 0);
  EXPECT_EQ(table.number("app1-a"), 1);
  EXPECT_EQ(table.number("app1-b"), 2);
  EXPECT_EQ(table.number("app1-a"), 1);
  const std::string_view a = table.name(1), b = table.name(2);
  EXPECT_EQ(a, "app1-a");
  EXPECT_EQ(b, "app1-b");
  EXPECT_EQ(a.data(), table.name(1).data()) << "a view of what the table holds, not of a copy";
  EXPECT_EQ(table.name(0), "");
}

TEST(NameTable, WhatDoesNotFitIsOther) {
  NameTable table;
  for (int i = 0; i < 1000; ++i) {
    const auto number = table.number("pod-" + std::to_string(i));
    EXPECT_EQ(number, i < NameTable::most ? i + 1 : NameTable::other);
  }
  EXPECT_EQ(table.name(NameTable::other), "other");
  EXPECT_EQ(table.number("pod-7"), 8);
}

TEST(NameTable, NamesAreCut) {
  NameTable table;
  EXPECT_EQ(table.number(std::string(128, 'x') + "a"), table.number(std::string(128, 'x') + "b"));
}

}  // namespace
}  // namespace ingress_check
