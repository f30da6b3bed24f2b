using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>What pruning costs in time and memory.</summary>
[TestClass]
public sealed class CostTests
{
    private const int Epochs = 3;

    /// <summary>Epochs of both trainers in turns, on sentences of some 30 tokens; medians. The machine's timings vary, so three tries are given.</summary>
    [TestMethod]
    public void Pruning_adds_at_most_a_tenth_to_an_epoch()
    {
        var context = PretrainedFiles.NewContext(Pretrained.NasBert);
        var rows = context.Transforms.Conversion.MapValueToKey("Label").Fit(Sentences(context)).Transform(Sentences(context));
        var times = (Stock: new List<double>(), Pruned: new List<double>());
        var watch = Stopwatch.StartNew();
        double start = 0;
        context.Log += (_, message) =>
        {
            string text = message.RawMessage;
            double now = watch.Elapsed.TotalSeconds;
            if (text.StartsWith("Finished epoch", StringComparison.Ordinal))
                times.Stock.Add(now - start);
            else if (text.StartsWith("Epoch ", StringComparison.Ordinal))
                times.Pruned.Add(now - start);
            if (text.StartsWith("Starting epoch", StringComparison.Ordinal) || text.StartsWith("Epoch ", StringComparison.Ordinal) || text.Contains("can be pruned"))
                start = now;
        };
        var trainer = context.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text", batchSize: 32, maxEpochs: Epochs);
        var pruning = context.Transforms.SevenPrune(trainer);

        double ratio = double.PositiveInfinity;
        for (int attempt = 0; attempt < 3 && ratio > 1.1; attempt++)
        {
            (times.Stock, times.Pruned) = ([], []);
            for (int run = 0; run < 3; run++)
            {
                ((IDisposable)trainer.Fit(rows)).Dispose();
                pruning.Fit(rows).Dispose();
            }

            Assert.HasCount(3 * Epochs, times.Stock);
            Assert.HasCount(3 * Epochs, times.Pruned);
            ratio = Median(times.Pruned) / Median(times.Stock);
            Console.WriteLine($"An epoch takes {Median(times.Stock):F3} s, with pruning {Median(times.Pruned):F3} s: {ratio:F3} times.");
        }

        Assert.IsLessThanOrEqualTo(1.1, ratio);
    }

    /// <summary>ML.NET's own trainer leaves a few tensors behind at each fit; pruning leaves no more.</summary>
    [TestMethod]
    public void Memory_does_not_grow_from_fit_to_fit()
    {
        var watched = new Watched();
        var stock = Watched.Case.Trainer(watched.Context, 1);
        var wrapped = watched.Context.Transforms.SevenPrune(stock);
        var appended = stock.Append(watched.Context.Transforms.SevenPrune(new SevenPruneOptions { Epochs = 1 }));
        Fit(stock, times: 1);
        long leftByStock = Fit(stock, times: 1).Tensors;
        Fit(wrapped, times: 3);
        Fit(appended, times: 3);

        var (tensors, mebibytes) = Fit(wrapped, times: 10);
        Console.WriteLine($"ML.NET leaves {leftByStock} tensors at a fit; ten pruned fits leave {tensors}, and the process grew by {mebibytes} MiB.");
        Assert.AreEqual(10 * leftByStock, tensors);
        // A network is 17 MiB, its optimizer's moments twice that; what is left to grow is the allocators' play.
        Assert.IsLessThan(40, mebibytes);

        // This form makes two networks a fit: the stock trainer's, and the one in which that is trained further.
        (tensors, mebibytes) = Fit(appended, times: 10);
        Assert.AreEqual(20 * leftByStock, tensors);
        Assert.IsLessThan(40, mebibytes);

        (long Tensors, long Mebibytes) Fit(IEstimator<ITransformer> estimator, int times)
        {
            var (tensors, size) = (Tensor.TotalCount, Process.GetCurrentProcess().WorkingSet64);
            for (int i = 0; i < times; i++)
                ((IDisposable)estimator.Fit(watched.Rows)).Dispose();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return (Tensor.TotalCount - tensors, (Process.GetCurrentProcess().WorkingSet64 - size) >> 20);
        }
    }

    private static IDataView Sentences(MLContext context)
    {
        var random = new Random(4);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new Sentences.Row
        {
            Text = string.Join(' ', Enumerable.Range(0, 24 + i % 9).Select(_ => "word" + random.Next(100))),
            Label = i % 2 == 0 ? "even" : "odd",
        }).ToList());
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
