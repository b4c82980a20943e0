// Config -> source edits -> new text -> unified diff.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

/// Replaces the text of `span` (empty span: inserts).
struct Edit {
  Span span;
  std::string text;
  std::vector<std::string> hyperparameters;  ///< whose change this is
};

struct EditRefusal {
  std::string hyperparameter;
  std::string reason;  ///< "line 12: one value feeds act1 and act2, which get different values"
};

struct EditPlan {
  std::vector<Edit> edits;  ///< in order of position, never overlapping
  std::vector<EditRefusal> refusals;
};

/// Edits that make the program's source have the values of `changes`. Formatting and comments stay;
/// imports are added when an object is needed. Values equal to the program's own make no edit.
EditPlan plan_edits(const Program& program, const Config& changes);

/// The paper's form: every hyperparameter becomes config["name"] (what the repair prompt shows).
/// Run with the old values it gives the same model.
EditPlan plan_config_form(const Program& program);

/// Texts of all files a plan touches, edited. `sources` maps path to text as read.
/// Errors: InputError when edits overlap or a span lies outside the text.
std::map<std::string, std::string> apply_edits(const std::map<std::string, std::string>& sources,
                                               const EditPlan& plan);

/// Unified diff (three lines of context), `--- a/NAME`, `+++ b/NAME`; empty when equal. Applies
/// with `patch -p1` and `git apply`.
std::string unified_diff(const std::string& name, const std::string& before,
                         const std::string& after);

/// Reads the files a program's spans point into; of a notebook the code of its cells. Errors:
/// EnvironmentError.
std::map<std::string, std::string> read_sources(const Program& program);

/// A file on disk and what an edit of its text makes of it.
struct WrittenFile {
  std::string before;
  std::string after;
};

/// `before`, `after`: texts as read_sources and apply_edits give them. They are the file itself,
/// except for a notebook, whose JSON gets the changed lines (notebook.h). Errors: EnvironmentError
/// when a notebook cannot be read.
WrittenFile as_written(const Program& program, const std::string& path, const std::string& before,
                       const std::string& after);

}  // namespace dlfix::mapping
