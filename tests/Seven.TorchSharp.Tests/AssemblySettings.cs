// libtorch's seed and number of threads are the process's.
[assembly: DoNotParallelize]
