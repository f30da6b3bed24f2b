using System.IO.Compression;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Tests.Cases;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>The learning rate while weights are pruned, where the user gives none, and where the user does.</summary>
[TestClass]
public sealed class LearningRateTests
{
    private const double Scratch = 5e-4;
    private const double Pretrained = 5e-5;
    private const double Pruned = 1e-4;

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-rate-").FullName;

    private IDataView Rows => Sentences.Before(_context).Fit(Sentences.Rows(_context)).Transform(Sentences.Rows(_context));

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_pretrained_network_is_pruned_at_twice_the_usual_rate()
    {
        SaveModel();
        Assert.AreEqual(Pruned, PeakWhilePruned(_context.MulticlassClassification.Trainers.Bert(_folder, epochs: 1)), 1e-12);
        Assert.AreEqual(Pruned, PeakWhilePruned(Trainer(_folder, training: null)), 1e-12);
        Assert.AreEqual(Scratch, PeakWhilePruned(_context.MulticlassClassification.Trainers.Bert(epochs: 1, size: EncoderSize.Tiny)), 1e-12);
    }

    [TestMethod]
    public void What_the_user_says_holds()
    {
        SaveModel();
        Assert.AreEqual(3e-5, PeakWhilePruned(Trainer(_folder, new FineTuningOptions { Epochs = 1, LearningRate = 3e-5 })), 1e-12);
        Assert.AreEqual(2e-3, PeakWhilePruned(Trainer(_folder, training: null), new SevenPruneOptions { LearningRate = 2e-3 }), 1e-12);
    }

    /// <summary>After a trainer, in one program and after saving.</summary>
    [TestMethod]
    public void A_network_that_was_trained_at_the_usual_rate_is_pruned_at_twice_of_it()
    {
        SaveModel();
        var first = new List<double>();
        using var trained = _context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { ModelFolder = _folder, Progress = new Rates(first) }).Fit(Rows);
        Assert.AreEqual(Pretrained, first.Max(), 1e-12);

        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(new TransformerChain<ITransformer>(trained), Rows.Schema, path);
        Assert.AreEqual(Pruned, PeakAfter(path), 1e-12);
        Edit(path, json => json.Replace("\"pruningLearningRate\": ", "\"pruningLearningRate\": -", StringComparison.Ordinal));
        Assert.Contains("PruningLearningRate is -0.0001", Assert.ThrowsExactly<TargetInvocationException>(() => PeakAfter(path)).ToString(), "ML.NET wraps what its loaders throw");
        Edit(path, json => json.Replace("\"pruningLearningRate\"", "\"unknown\"", StringComparison.Ordinal));
        Assert.AreEqual(Pretrained, PeakAfter(path), 1e-12, "a file of 0.1 says what it was trained at");
    }

    private double PeakAfter(string path)
    {
        var updates = new List<double>();
        var loaded = (EncoderTransformer)((TransformerChain<ITransformer>)_context.Model.Load(path, out _)).Last();
        using var pruned = _context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.5, Epochs = 1, Progress = new Rates(updates) }).Fit(loaded.Transform(Rows));
        return updates.Max();
    }

    private double PeakWhilePruned(EncoderTrainer trainer, SevenPruneOptions? options = null)
    {
        var rates = new List<double>();
        using var model = _context.Transforms.SevenPrune(trainer, (options ?? new SevenPruneOptions()) with { Sparsity = 0.5, Progress = new Rates(rates) }).Fit(Rows);
        return rates.Max();
    }

    private EncoderTrainer Trainer(string folder, FineTuningOptions? training) =>
        _context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { ModelFolder = folder, FineTuning = training });

    private void SaveModel()
    {
        using var model = new BertCase().Trainer(_context, new FineTuningOptions { Epochs = 1 }).Fit(Rows);
        model.SaveCompact(_folder);
    }

    private static void Edit(string path, Func<string, string> change)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var entry = zip.Entries.Single(entry => entry.Name == "encoder.json");
        string text;
        using (var reader = new StreamReader(entry.Open()))
            text = reader.ReadToEnd();
        using var writer = new StreamWriter(entry.Open());
        writer.BaseStream.SetLength(0);
        writer.Write(change(text));
    }

    private sealed class Rates(List<double> rates) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => rates.Add(value.LearningRate);
    }
}
