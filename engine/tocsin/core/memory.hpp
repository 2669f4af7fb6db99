#pragma once

namespace tocsin {

/// Bytes of memory that this process can have at most: the machine's, or the limit of its control group where that is
/// lower.
double machine_memory_bytes();

/// What a job may take where nobody said otherwise: a quarter of the above.
double default_memory_bytes();

}  // namespace tocsin
