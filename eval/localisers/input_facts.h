// What rules want to know of a captured program's data.
#pragma once

#include <optional>

#include "eval/localisers/deepdiagnosis/observations.h"
#include "eval/localisers/umlaut/umlaut.h"

namespace dlfix::eval {

/// Ranges of fit's first input and of its labels, NaN left out. nullopt: nothing was captured.
/// Errors: as support::NpyArray::open.
std::optional<DataRanges> data_ranges(const mapping::Program& program);

/// The last batch of the validation rows where there are some, else of the training rows, as they
/// are stored; with kMended all training rows. nullopt: nothing was captured. Errors: the same.
std::optional<InputFacts> input_facts(const mapping::Program& program, ToolReading reading);

/// Share of different rows among up to a thousand of fit's first input, evenly spaced: near 0 where
/// the rows are copies of a few. nullopt: nothing was captured. Errors: the same.
std::optional<double> distinct_share(const mapping::Program& program);

}  // namespace dlfix::eval
