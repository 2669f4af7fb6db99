#include <algorithm>
#include <charconv>
#include <cmath>

#include <cpl_string.h>
#include <fmt/format.h>
#include <ogr_feature.h>
#include <ogr_swq.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/values/number_column.hpp>
#include <tocsin/data/values/written_date.hpp>

namespace tocsin::data {
namespace {

/// Reads the name out of OGR's message: "persn" not recognised as an available field.
std::string unknown_field(const std::string& message) {
  if (message.find("not recognised as an available field") == std::string::npos) return {};
  const auto begin = message.find('"'), end = message.find('"', begin + 1);
  return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

/// True for codes such as "007", which are no numbers.
bool has_leading_zero(std::string_view text) {
  const std::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  return digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

bool is_integer(std::string_view text) {
  std::int64_t whole = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), whole);
  return fault == std::errc{} && end == text.data() + text.size();
}

bool is_real(std::string_view text) {
  const auto number = parse_number(text);
  return number && std::isfinite(*number);
}

/// A clause in a message: its beginning.
std::string shown(const std::string& clause) {
  constexpr std::size_t most = 200;
  return clause.size() <= most ? clause : clause.substr(0, most) + "...";
}

/// The first field that a comparison by order ("<", BETWEEN) looks at and that `is_wanted`; -1 when there is none.
/// The parser bounds how deep an expression goes.
template <typename Wanted>
int ordered_column(const swq_expr_node* node, const Wanted& is_wanted) {
  if (node == nullptr || node->eNodeType != SNT_OPERATION) return -1;
  const auto operation = node->nOperation;
  const bool orders = operation == SWQ_LT || operation == SWQ_GT || operation == SWQ_LE || operation == SWQ_GE ||
                      operation == SWQ_BETWEEN;
  for (int i = 0; i < node->nSubExprCount; ++i) {
    const swq_expr_node* part = node->papoSubExpr[i];
    if (orders && part->eNodeType == SNT_COLUMN && part->field_index >= 0 && is_wanted(part->field_index))
      return part->field_index;
    if (const int found = ordered_column(part, is_wanted); found >= 0) return found;
  }
  return -1;
}

}  // namespace

struct FeatureFilter::Impl {
  OGRFeatureQuery query;
};

FeatureFilter::FeatureFilter(OGRFeatureDefn& definition, const std::string& clause, const std::string& source)
    : impl_(std::make_unique<Impl>()) {
  constexpr std::size_t most_letters = 20'000;  // the parser and its tree go as deep as the clause is long
  if (clause.size() > most_letters)
    throw Error(ErrorCode::scenario, fmt::format("source '{}': the where clause has {} letters, more than {}; make a "
                                                 "column that says which rows are meant",
                                                 source, clause.size(), most_letters));
  const ErrorTrap trap;
  if (impl_->query.Compile(&definition, clause.c_str()) != OGRERR_NONE) {
    const std::string name = unknown_field(trap.text());
    const std::vector<std::string> known = field_names(definition);
    if (!name.empty())
      throw Error(ErrorCode::scenario, fmt::format("source '{}': the where clause \"{}\" names a column '{}' that does "
                                                   "not exist{}",
                                                   source, shown(clause), name, did_you_mean(name, known)));
    throw Error(
        ErrorCode::scenario,
        fmt::format("source '{}': the where clause \"{}\" cannot be used: {}; write it as \"category = 'rape' AND "
                    "persons > 2\"",
                    source, shown(clause), trap.text()));
  }
  // GDAL gives up on expressions that are nested too deeply only when they are worked out, and then takes them for
  // false.
  const FeatureHandle nothing(OGRFeature::CreateFeature(&definition));
  impl_->query.Evaluate(nothing.get());
  if (trap.failed())
    throw Error(ErrorCode::scenario, fmt::format("source '{}': the where clause \"{}\" cannot be worked out{}; make it "
                                                 "simpler",
                                                 source, shown(clause), trap.note()));
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
  return fmt::format(" that satisfies the where clause \"{}\"; look at the names and values in it", shown(clause));
}

ColumnTypes::ColumnTypes(const RawTable& table)
    : names_(table.columns),
      kinds_(table.columns.size(), Kind::empty),
      is_used_(table.columns.size(), 0),
      is_dated_(table.columns.size(), 0) {}

ColumnTypes::ColumnTypes(const RawTable& table, std::span<const std::string> clauses)
    : names_(table.columns),
      kinds_(table.columns.size(), Kind::text),
      is_used_(table.columns.size(), 0),
      is_dated_(table.columns.size(), 0) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    // A name with quotes in it may be written in another way than it reads.
    const bool has_quotes = names_[i].find_first_of("\"'\\") != std::string::npos;
    for (const std::string& clause : clauses)
      if (has_quotes || lower(clause).find(lower(names_[i])) != std::string::npos) {
        kinds_[i] = Kind::empty;
        is_used_[i] = 1;
      }
  }
}

void ColumnTypes::look_for_dates(const RawTable& block, std::size_t column) {
  for (std::size_t row = 0; row < block.rows() && !is_dated_[column]; ++row) {
    const std::string_view text = block.cell(row, column);
    const bool is_iso = text.size() >= 7 && text[4] == '-' && (text.size() == 7 || text[7] == '-');
    // Of a text without digits nothing is a date, and a number alone is one only in a column of dates.
    if (is_iso || is_real(text) || text.find_first_of("0123456789") == std::string_view::npos) continue;
    is_dated_[column] = read_written_date(text).has_value();
  }
}

void ColumnTypes::observe(const RawTable& block) {
  for (std::size_t column = 0; column < kinds_.size(); ++column)
    if (is_used_[column]) look_for_dates(block, column);

  for (std::size_t column = 0; column < kinds_.size(); ++column) {
    Kind& kind = kinds_[column];
    for (std::size_t row = 0; row < block.rows() && kind != Kind::text; ++row) {
      const std::string_view text = block.cell(row, column);
      if (unless_unknown(text).empty()) continue;
      if (has_leading_zero(text))
        kind = Kind::text;
      else if (!is_integer(text))
        kind = is_real(text) ? Kind::real : Kind::text;
      else if (kind == Kind::empty)
        kind = Kind::integer;
    }
  }
}

FeatureDefinitionHandle ColumnTypes::definition(OfEmpty of_empty) const {
  FeatureDefinitionHandle definition(OGRFeatureDefn::CreateFeatureDefn("table"));
  definition->Reference();
  for (std::size_t i = 0; i < names_.size(); ++i) {
    OGRFieldType type = OFTString;
    if (kinds_[i] == Kind::integer) type = OFTInteger64;
    if (kinds_[i] == Kind::real || (kinds_[i] == Kind::empty && of_empty == OfEmpty::number)) type = OFTReal;
    OGRFieldDefn field(names_[i].c_str(), type);
    definition->AddFieldDefn(&field);
  }
  return definition;
}

void set_field(OGRFeature& feature, int field, const RawTable& table, std::size_t row) {
  const std::string_view text = table.cell(row, static_cast<std::size_t>(field));
  const bool is_text = feature.GetFieldDefnRef(field)->GetType() == OFTString;
  if (is_text ? text.empty() : unless_unknown(text).empty()) {
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

TableFilter::TableFilter(const ColumnTypes& types, const std::string& clause, const std::string& source)
    : definition_(types.definition()) {
  refuse_dates_as_text(types, clause, source);
  try {
    filter_ = std::make_unique<FeatureFilter>(*definition_, clause, source);
  } catch (const Error&) {
    // A column without any value has no type of its own: as a number it may suit the clause where text did not.
    FeatureDefinitionHandle other = types.definition(ColumnTypes::OfEmpty::number);
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

void TableFilter::refuse_dates_as_text(const ColumnTypes& types, const std::string& clause,
                                       const std::string& source) const {
  const ErrorTrap trap;
  OGRFeatureQuery query;
  if (query.Compile(definition_.get(), clause.c_str()) != OGRERR_NONE) return;  // said by FeatureFilter
  const int column = ordered_column(static_cast<swq_expr_node*>(query.GetSWQExpr()),
                                    [&](int field) { return types.is_dated(static_cast<std::size_t>(field)); });
  if (column < 0) return;
  throw Error(ErrorCode::scenario,
              fmt::format("source '{}': the where clause \"{}\" compares '{}' by order, but its dates are not all "
                          "written as 2021-08-31 and would be compared as texts; write them so, or choose the time by "
                          "from and to",
                          source, shown(clause), definition_->GetFieldDefn(column)->GetNameRef()));
}

bool TableFilter::matches(const RawTable& block, std::size_t row) const {
  for (const int field : filter_->fields()) set_field(*feature_, field, block, row);
  return filter_->matches(*feature_);
}

}  // namespace tocsin::data
