#include <algorithm>
#include <charconv>
#include <cmath>

#include <cpl_string.h>
#include <fmt/format.h>
#include <ogr_feature.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>

namespace tocsin::data {
namespace {

/// Reads the name out of OGR's message: "persn" not recognised as an available field.
std::string unknown_field(const std::string& message) {
  if (message.find("not recognised as an available field") == std::string::npos) return {};
  const auto begin = message.find('"'), end = message.find('"', begin + 1);
  return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

/// The narrowest of integer, real and text that holds a value; codes such as "007" are text.
OGRFieldType type_of(std::string_view text) {
  const std::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return OFTString;
  std::int64_t whole = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (fault == std::errc{} && end == text.data() + text.size()) return OFTInteger64;
  const auto number = parse_number(text);
  return number && std::isfinite(*number) ? OFTReal : OFTString;
}

struct ColumnType {
  OGRFieldType type = OFTString;
  bool is_empty = true;
};

ColumnType type_of_column(const RawTable& table, std::size_t column) {
  ColumnType result;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string_view text = table.cell(row, column);
    if (text.empty()) continue;
    const OGRFieldType type = type_of(text);
    if (type == OFTString) return {OFTString, false};
    result.type = result.is_empty || type == OFTReal ? type : result.type;
    result.is_empty = false;
  }
  return result;
}

/// @param type_of_empty  the type of columns without any value
FeatureDefinitionHandle make_definition(const RawTable& table, OGRFieldType type_of_empty) {
  FeatureDefinitionHandle definition(OGRFeatureDefn::CreateFeatureDefn("table"));
  definition->Reference();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnType column = type_of_column(table, i);
    OGRFieldDefn field(table.columns[i].c_str(), column.is_empty ? type_of_empty : column.type);
    definition->AddFieldDefn(&field);
  }
  return definition;
}

}  // namespace

struct FeatureFilter::Impl {
  OGRFeatureQuery query;
};

FeatureFilter::FeatureFilter(OGRFeatureDefn& definition, const std::string& clause, const std::string& source)
    : impl_(std::make_unique<Impl>()) {
  const ErrorTrap trap;
  if (impl_->query.Compile(&definition, clause.c_str()) != OGRERR_NONE) {
    const std::string name = unknown_field(trap.text());
    const std::vector<std::string> known = field_names(definition);
    if (!name.empty())
      throw Error(ErrorCode::scenario, fmt::format("source '{}': the where clause \"{}\" names a column '{}' that does "
                                                   "not exist{}",
                                                   source, clause, name, did_you_mean(name, known)));
    throw Error(
        ErrorCode::scenario,
        fmt::format("source '{}': the where clause \"{}\" cannot be used: {}; write it as \"category = 'rape' AND "
                    "persons > 2\"",
                    source, clause, trap.text()));
  }
  const CPLStringList used(impl_->query.GetUsedFields(), TRUE);
  for (int i = 0; i < used.size(); ++i)
    if (const int field = definition.GetFieldIndex(used[i]); field >= 0) fields_.push_back(field);
}

FeatureFilter::~FeatureFilter() = default;
FeatureFilter::FeatureFilter(FeatureFilter&&) noexcept = default;

bool FeatureFilter::matches(OGRFeature& feature) const {
  return impl_->query.Evaluate(&feature) != 0;
}

std::string that_satisfies(const std::string& clause) {
  if (clause.empty()) return {};
  return fmt::format(" that satisfies the where clause \"{}\"; look at the names and values in it", clause);
}

FeatureDefinitionHandle definition_of(const RawTable& table) {
  return make_definition(table, OFTString);
}

void set_field(OGRFeature& feature, int field, const RawTable& table, std::size_t row) {
  const std::string_view text = table.cell(row, static_cast<std::size_t>(field));
  if (text.empty()) {
    feature.SetFieldNull(field);
    return;
  }
  switch (feature.GetFieldDefnRef(field)->GetType()) {
    case OFTInteger64: {
      std::int64_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      feature.SetField(field, static_cast<GIntBig>(value));
      break;
    }
    case OFTReal:
      feature.SetField(field, parse_number(text).value_or(std::nan("")));
      break;
    default:
      feature.SetField(field, std::string(text).c_str());
  }
}

TableFilter::TableFilter(const RawTable& table, const std::string& clause, const std::string& source)
    : table_(table), definition_(make_definition(table, OFTString)) {
  try {
    filter_ = std::make_unique<FeatureFilter>(*definition_, clause, source);
  } catch (const Error&) {
    // A column without any value has no type of its own: as a number it may suit the clause where text did not.
    FeatureDefinitionHandle other = make_definition(table, OFTReal);
    try {
      filter_ = std::make_unique<FeatureFilter>(*other, clause, source);
    } catch (const Error&) {
      filter_ = nullptr;
    }
    if (!filter_) throw;
    definition_ = std::move(other);
  }
  feature_.reset(OGRFeature::CreateFeature(definition_.get()));
}

bool TableFilter::matches(std::size_t row) const {
  for (const int field : filter_->fields()) set_field(*feature_, field, table_, row);
  return filter_->matches(*feature_);
}

std::vector<std::uint8_t> matching_rows(const RawTable& table, const std::string& clause, const std::string& source) {
  std::vector<std::uint8_t> mask(table.rows(), 1);
  if (clause.empty()) return mask;
  const ErrorTrap trap;
  const TableFilter filter(table, clause, source);
  for (std::size_t row = 0; row < mask.size(); ++row) mask[row] = filter.matches(row) ? 1 : 0;
  return mask;
}

}  // namespace tocsin::data
