#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/detail/where.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;
using Mask = std::vector<std::uint8_t>;

const RawTable& table() {
  static const RawTable parsed = test::table_of(
                                     "id,category,persons,share,pcode,note\n"
                                     "1,rape,2,0.5,007,\n"
                                     "2,Sexual slavery,10,1,070,\n"
                                     "3,,,2.5,700,\n")
                                     .table;
  return parsed;
}

Mask where(const std::string& clause) {
  ColumnTypes types(table(), {&clause, 1});
  types.observe(table());
  const TableFilter filter(types, clause, "incidents");
  Mask mask;
  for (std::size_t row = 0; row < table().rows(); ++row) mask.push_back(filter.matches(table(), row) ? 1 : 0);
  return mask;
}

TEST(Where, TypesFollowTheValues) {
  EXPECT_EQ(where("persons > 2"), (Mask{0, 1, 0}));  // as numbers: as texts, 10 would come before 2
  EXPECT_EQ(where("share >= 1 AND share < 2"), (Mask{0, 1, 0}));
  EXPECT_EQ(where("pcode = '007'"), (Mask{1, 0, 0}));
  EXPECT_EQ(where("category IN ('rape', 'sexual slavery')"), (Mask{1, 1, 0}));
  EXPECT_EQ(where("category LIKE 'Sexual%'"), (Mask{0, 1, 0}));
}

TEST(Where, EmptyIsNull) {
  EXPECT_EQ(where("category IS NULL"), (Mask{0, 0, 1}));
  EXPECT_EQ(where("category <> 'rape'"), (Mask{0, 1, 0}));
  EXPECT_EQ(where("persons < 100"), (Mask{1, 1, 0}));
}

TEST(Where, ColumnWithoutValuesSuitsNumbersAndTexts) {
  EXPECT_EQ(where("note = 'x'"), (Mask{0, 0, 0}));
  EXPECT_EQ(where("note > 3"), (Mask{0, 0, 0}));
}

TEST(Where, BadClausesNameThemselvesAndTheNearestColumn) {
  const auto unknown = thrown_by([] { where("categry = 'rape'"); });
  EXPECT_EQ(unknown.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(unknown.message, "categry = 'rape'") && contains(unknown.message, "did you mean 'category'"))
      << unknown.message;
  for (const char* clause :
       {"category = ", "1 = 1; DROP TABLE x", "persons = 'many'", "id IN (SELECT id FROM other)"}) {
    const auto thrown = thrown_by([&] { where(clause); });
    EXPECT_TRUE(thrown.happened) << clause;
    EXPECT_EQ(thrown.code, ErrorCode::scenario) << clause;
    EXPECT_FALSE(contains(thrown.message, "\n")) << thrown.message;
  }
}

}  // namespace
}  // namespace tocsin::data
