#pragma once

#include <string>

namespace tocsin::data {

/// Text for a cell of a file that spreadsheet programs open, which take some texts for formulas and run them. An
/// apostrophe goes before = + - @ and their full-width forms where they stand first, or behind a semicolon, a tab or a
/// line end within the text (at which other spreadsheets split); white space before them does not matter. A text that
/// begins with a tab or a line end gets one as well. A plain number ("-1.5", "+2") stays as it is: it does nothing.
/// After the rules of OWASP, "CSV Injection".
std::string without_formula(const std::string& text);

}  // namespace tocsin::data
