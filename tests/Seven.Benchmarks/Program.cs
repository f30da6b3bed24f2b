using System.Globalization;
using Seven.Benchmarks;
using Seven.Benchmarks.Gpu;
using Seven.Benchmarks.Kernels;
using Seven.Benchmarks.Rivals;
using Seven.Benchmarks.Scaling;

if (args is ["scaling", var folder])
{
    ScalingRun.Write(folder, Environment.ProcessorCount);
    return 0;
}

if (args is ["compare", "rivals", .. var choices])
    return RivalCommand.Run(choices);

if (args is ["compare", "accuracy", var model, var file, ..] && args.Length <= 5)
{
    AccuracyCommand.Run(model, file, args.ElementAtOrDefault(4));
    return 0;
}

if (args is ["compare", "embeddings", var embedder, var sentences, .. var more])
{
    EmbeddingCommand.Run(embedder, sentences, more is ["--threads", var wanted] && int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1);
    return 0;
}

if (args is ["gpu"] or ["gpu", "--cpu"])
    return GpuTrainingCommand.Run(onCpu: args.Length > 1);

if (args is ["compare", "memory"])
{
    MemoryCommand.Run();
    return 0;
}

if (args is [MemoryCommand.OfOne, var kind, var path])
{
    MemoryCommand.RunOne(kind, path);
    return 0;
}

IBenchmark[] benchmarks = [new PruningStepBenchmark(), new TrainingStepBenchmark(), new SparseInferenceBenchmark(), new FineTuneBenchmark(), new FileSizeBenchmark(), new SparseKernelBenchmark()];
if (args is ["record", var history])
{
    History.Record(history, [new PruningStepBenchmark(), new TrainingStepBenchmark()]);
    return 0;
}

if (args is not [("quick" or "compare") and var mode, var name, .. var rest]
    || benchmarks.FirstOrDefault(benchmark => benchmark.Name == name) is not { } chosen
    || ThreadsOf(rest, chosen) is not { } threads)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Seven.Benchmarks -- quick|compare NAME [--threads N]");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- scaling FOLDER");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- compare rivals [--threads N] [--only TEXT] [--output FOLDER]");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- compare accuracy MODEL-FOLDER TEST.tsv [TRAIN.tsv]");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- compare embeddings MODEL-FOLDER TEXTS.txt [--threads N]");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- compare memory");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -p:Gpu=true -- gpu");
    Console.Error.WriteLine("       dotnet run -c Release --project tests/Seven.Benchmarks -- record tests/Seven.Benchmarks/history.jsonl");
    Console.Error.WriteLine($"  NAME: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}");
    Console.Error.WriteLine("  quick    measures this project; one JSON object a line");
    Console.Error.WriteLine("  compare  measures libtorch, dense, in the same process, before and after, and prints the ratio");
    Console.Error.WriteLine("  rivals   whole models beside ONNX Runtime, float32 and int8, on the same weights: a JSON line a case, a table and a plot; --only bert-base/128/90 measures the cases of that name");
    Console.Error.WriteLine("  accuracy how near int8 and 4 bits come to a trained model's float32 outputs on test data, without and with calibration by training data, beside ONNX Runtime");
    Console.Error.WriteLine("  embeddings sentences a second of an embedding model, one by one and together, beside ONNX Runtime, float32 and int8");
    Console.Error.WriteLine("  memory   what a process that scores a BERT-base at 90 % holds, and its file, beside ONNX Runtime");
    Console.Error.WriteLine("  gpu      updates of BERTs on an NVIDIA GPU: dense, while they are pruned, and after; float32 and mixed precision");
    Console.Error.WriteLine("  scaling  writes throughput against batch, length, sparsity and threads into a folder: a table and plots");
    Console.Error.WriteLine("  record   measures a few cases and appends them, with commit, day and machine, to the file of figures over time");
    return 2;
}

Console.Error.WriteLine(chosen.Notes);
if (mode == "compare")
    Compare(chosen, threads);
else
    foreach (var measurement in chosen.Measure(threads))
        Console.WriteLine(measurement.ToJson());
return 0;

// libtorch is measured before and after: a slow moment of the machine shows as a difference, and the better half counts.
static void Compare(IBenchmark benchmark, int threads)
{
    TorchSharp.torch.set_num_threads(threads);
    var before = benchmark.Libtorch.ToDictionary(rival => rival.Key, rival => rival.Value());
    Measurement[] ours = [.. benchmark.Measure(threads)];
    var libtorch = benchmark.Libtorch.ToDictionary(rival => rival.Key, rival => Math.Min(before[rival.Key], rival.Value()));
    foreach (var measurement in ours)
        Console.WriteLine(measurement.ToJson(libtorch.TryGetValue(measurement.Baseline, out double value) ? value : null));
}

static int? ThreadsOf(string[] rest, IBenchmark benchmark) => rest switch
{
    [] => benchmark.DefaultThreads,
    ["--threads", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 => count,
    _ => null,
};
