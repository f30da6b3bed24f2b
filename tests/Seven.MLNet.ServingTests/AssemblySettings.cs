// Each fit uses all cores.
[assembly: DoNotParallelize]
