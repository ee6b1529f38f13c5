#include "text.h"

#include <gtest/gtest.h>

TEST(Text, Trims) {
    EXPECT_EQ(trim("  some words  "), "some words");
}

TEST(Text, ReadsNumbers) {
    EXPECT_EQ(number("1974"), 1974);
    EXPECT_THROW(number("none"), std::invalid_argument);
}
