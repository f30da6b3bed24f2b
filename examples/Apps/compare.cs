#!/usr/bin/env dotnet
// Compares models in float32 and int8 on a text: dotnet run compare.cs DENSE-FOLDER PRUNED-FOLDER "a text"
// In a folder of your own, with packages in place of this repository: #:package Seven.Core@*
#:project ../../src/Seven.Core/Seven.Core.csproj
#:property PublishAot=false

using System.Diagnostics;
using Seven.Inference;

if (args.Length < 3)
{
    Console.Error.WriteLine($"{args.Length} arguments are given; expected two folders of classifiers or more, and a text.");
    return 2;
}

foreach (string folder in args[..^1])
    foreach (var precision in new[] { Precision.Float32, Precision.Int8 })
    {
        using var model = SparseModel.Load(folder, new SparseModelOptions { Precision = precision, Threads = 1 });
        float[] probabilities = model.Classify(args[^1]);
        double[] times = [.. Enumerable.Range(0, 101).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            model.Classify(args[^1]);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Order()];
        string answers = string.Join(", ", model.Labels.Zip(probabilities, (label, probability) => $"{label} {probability:P1}"));
        Console.WriteLine($"{folder}, {model.Sparsity:P0} zeros, {precision}: {times[50]:F2} ms, {answers}");
    }

return 0;
