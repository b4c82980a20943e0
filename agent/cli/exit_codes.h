// What the program's exit status says.
#pragma once

namespace dlfix::agent {

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitVerdict = 1;      ///< it worked; the answer is "no"
inline constexpr int kExitUsage = 2;        ///< command line or unreadable program
inline constexpr int kExitEnvironment = 3;  ///< machine, disk, endpoint
inline constexpr int kExitInterrupted = 130;

}  // namespace dlfix::agent
