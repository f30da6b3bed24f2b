// libtorch's seed is the process's, and each fit uses all cores.
[assembly: DoNotParallelize]
