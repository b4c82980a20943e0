// The program's text as a prompt shows it.
#pragma once

#include <string>

#include "mapping/program/probe.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

enum class CodeForm {
  kAsWritten,  ///< the paper's localisation prompt
  kNumbered,   ///< as written, with line numbers
  kConfig,     ///< config["NAME"] in place of values: the paper's repair prompt
};

struct ProgramView {
  std::string code;
  int left_out = 0;  ///< lines that are not shown
  int total = 0;     ///< of the main file; set where lines are left out
};

/// The main file; files of the program's own that hold settings go before it, each under a comment
/// with its name. Errors: EnvironmentError when a file cannot be read.
ProgramView whole_program(const mapping::Program& program, CodeForm form);

/// The same with only those statements of the main file that reach fit; line numbers stay those of
/// the file. Errors: as mapping::slice_text.
ProgramView sliced_program(const mapping::Program& program, CodeForm form,
                           const mapping::ProbeOptions& probe);

}  // namespace dlfix::agent
