#pragma once

namespace tocsin {

/// Vector instructions that a program may use beyond its compiler's baseline, in rising order. Code that has a version
/// for each of them gives the same bits with all of them: only lanes differ, no operation.
enum class InstructionSet {
  portable,
  avx2,   ///< x86-64, 4 doubles at a time
  avx512  ///< x86-64 with the F, VL, DQ and BW groups, 8 doubles at a time
};

/// The widest that this processor and this build have.
InstructionSet widest_instruction_set();

}  // namespace tocsin
