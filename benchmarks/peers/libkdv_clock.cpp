// libkdv takes its events and gives its cells as text. This library stands before it and notes how long the computing
// between reading and printing takes, so that the text is not held against it.
#include <chrono>
#include <ctime>

#include <dlfcn.h>

namespace {

const char* watched_library = nullptr;
double wall_seconds = 0, cpu_seconds = 0;

}  // namespace

extern "C" {

void libkdv_clock_watch(const char* path) {
  watched_library = path;  // the caller keeps the text
}

double libkdv_clock_wall_seconds() {
  return wall_seconds;
}

double libkdv_clock_cpu_seconds() {
  return cpu_seconds;
}

/// alg_visual::visual_Algorithm(), which libkdv finds here before its own.
void _ZN10alg_visual16visual_AlgorithmEv(void* self) {
  void* library = dlopen(watched_library, RTLD_LAZY | RTLD_NOLOAD);
  const auto original = reinterpret_cast<void (*)(void*)>(dlsym(library, "_ZN10alg_visual16visual_AlgorithmEv"));
  const std::clock_t cpu = std::clock();
  const auto begin = std::chrono::steady_clock::now();
  original(self);
  wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  dlclose(library);
}

}  // extern "C"
