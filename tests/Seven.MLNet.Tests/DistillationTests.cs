using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Networks of pipelines that are pruned while they learn from a teacher: from a folder, or from themselves without zeros.</summary>
[TestClass]
public sealed class DistillationTests
{
    private static readonly FineTuningOptions s_training = new() { Epochs = 6, BatchSize = 8, LearningRate = 2e-3 };

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-teacher-").FullName;

    private IDataView Rows => Sentences.Rows(_context);

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>Around a trainer: it trains without pruning first, within the same Fit and with one progress.</summary>
    [TestMethod]
    public void A_trainer_that_is_wrapped_learns_from_itself()
    {
        var updates = new List<TrainingProgress>();
        var options = new SevenPruneOptions { Sparsity = 0.7, Distillation = new Distillation { Teacher = Teacher.Self, HiddenStates = 1 }, Progress = new Kept(updates.Add) };
        using var model = Sentences.Before(_context).Append(_context.Transforms.SevenPrune(Trainer(s_training), options)).Fit(Rows);

        Assert.AreEqual(0.7, model.LastTransformer.Report.Sparsity, 1e-3);
        int ofOneRun = 6 * 40 / 8;
        CollectionAssert.AreEqual(Enumerable.Range(1, 2 * ofOneRun).ToArray(), updates.Where(update => update.Finished is null).Select(update => update.Update).ToArray());
        Assert.IsTrue(updates.All(update => update.Updates == 2 * ofOneRun));
        Assert.IsTrue(updates.Take(ofOneRun).All(update => update.Sparsity == 0));
        Assert.IsGreaterThan(0.9, Accuracy(model));
    }

    /// <summary>That of the trainer holds in the run without pruning.</summary>
    [TestMethod]
    public void A_learning_rate_of_its_own_holds_while_weights_are_pruned()
    {
        var updates = new List<TrainingProgress>();
        var options = new SevenPruneOptions { Sparsity = 0.7, LearningRate = 4e-3, Distillation = new Distillation { Teacher = Teacher.Self }, Progress = new Kept(updates.Add) };
        Sentences.Before(_context).Append(_context.Transforms.SevenPrune(Trainer(s_training), options)).Fit(Rows).Dispose();
        Assert.AreEqual(2e-3, updates.Take(updates.Count / 2).Max(update => update.LearningRate), 1e-9);
        Assert.AreEqual(4e-3, updates.Skip(updates.Count / 2).Max(update => update.LearningRate), 1e-9);
    }

    /// <summary>After a trainer: what the trainer left is the teacher.</summary>
    [TestMethod]
    public void A_network_upstream_learns_from_itself()
    {
        var options = new SevenPruneOptions { Sparsity = 0.7, Distillation = new Distillation { Teacher = Teacher.Self, Weight = 1 } };
        using var model = Sentences.Before(_context).Append(Trainer(s_training)).Append(_context.Transforms.SevenPrune(options)).Fit(Rows);
        Assert.AreEqual(0.7, model.LastTransformer.Report.Sparsity, 1e-3);
        Assert.IsGreaterThan(0.9, Accuracy(model));
    }

    /// <summary>A run that was cut off goes on from both of its checkpoints.</summary>
    [TestMethod]
    [DataRow(10)]
    [DataRow(45)]
    public void A_wrapped_trainer_that_learns_from_itself_is_resumed(int cancelAfter)
    {
        var training = s_training with { CheckpointPath = Path.Combine(_folder, "run.safetensors"), SparseFrom = 1 };
        var options = new SevenPruneOptions { Sparsity = 0.7, Distillation = new Distillation { Teacher = Teacher.Self } };
        using var whole = Fit(s_training with { SparseFrom = 1 }, options);
        using var source = new CancellationTokenSource();
        Fit(training, options with { CancellationToken = source.Token, Progress = new Kept(update => Cancel(update.Update)) }).Dispose();
        Assert.AreEqual(cancelAfter > s_training.Epochs * 40 / 8, File.Exists(training.CheckpointPath), "of the run with pruning");
        Assert.IsTrue(File.Exists(training.CheckpointPath + ".teacher"));
        using var resumed = Fit(training, options);
        CollectionAssert.AreEqual(Scores(whole), Scores(resumed));

        void Cancel(int update)
        {
            if (update == cancelAfter)
                source.Cancel();
        }
    }

    [TestMethod]
    public void A_folder_teaches()
    {
        SaveTeacher();
        var distillation = new Distillation { Teacher = Teacher.From(_folder), Weight = 0.8 };
        using var byTrainer = Fit(s_training with { Distillation = distillation }, new SevenPruneOptions { Sparsity = 0.7 });
        using var byStep = Fit(s_training, new SevenPruneOptions { Sparsity = 0.7, Distillation = distillation });
        CollectionAssert.AreEqual(Scores(byTrainer), Scores(byStep));
        using var without = Fit(s_training, new SevenPruneOptions { Sparsity = 0.7 });
        CollectionAssert.AreNotEqual(Scores(without), Scores(byStep));
    }

    public static IEnumerable<object[]> HalfLabeled =>
    [
        [new BertCase(), (Func<MLContext, IDataView>)(context => Without<Sentences.Row>(new BertCase(), context, row => row.Label = ""))],
        [new BertSimilarityCase(), (Func<MLContext, IDataView>)(context => Without<SentencePairs.Row>(new BertSimilarityCase(), context, row => row.Label = float.NaN))],
        [new BertTokensCase(), (Func<MLContext, IDataView>)(context => Without<BertTokensCase.Row>(new BertTokensCase(), context, row => row.Label = []))],
        [new BertAnsweringCase(), (Func<MLContext, IDataView>)(context => Without<BertAnsweringCase.Row>(new BertAnsweringCase(), context, row => row.TrainingAnswer = ""))],
    ];

    /// <summary>In the run without pruning nobody says what they are; in the other the teacher does. Epochs are judged by rows with a label alone.</summary>
    [TestMethod]
    [DynamicData(nameof(HalfLabeled))]
    public void Rows_without_a_label_are_learned_from_the_teacher(EncoderCase task, Func<MLContext, IDataView> halfLabeled)
    {
        // ML.NET reads rows on several threads, and each may log.
        var log = new ConcurrentQueue<string>();
        _context.Log += (_, message) => log.Enqueue(message.Message);
        var rows = halfLabeled(_context);
        int count = rows.GetColumn<string>(task.InputColumn).Count();
        var updates = new List<TrainingProgress>();
        var trained = task.Before(_context).Fit(rows).Transform(rows);
        var options = new SevenPruneOptions { Sparsity = 0.5, Distillation = new Distillation { Teacher = Teacher.Self }, ValidationSet = trained, Progress = new Kept(updates.Add) };
        using var model = _context.Transforms.SevenPrune(task.Trainer(_context, s_training with { Epochs = 2 }), options).Fit(trained);

        // Once in the first run, twice for the rows that epochs are judged by.
        Assert.AreEqual(3, log.Count(message => message.Contains($"{count / 2} of {count} rows have no label and 0 cannot be used; they were left out.", StringComparison.Ordinal)));
        Assert.AreEqual(1, log.Count(message => message.Contains($"{count / 2} of {count} rows have no label; what the teacher says of them is learned.", StringComparison.Ordinal)));
        Assert.IsGreaterThan(updates[0].Updates, updates[^1].Updates, "the second run has twice as many rows");
    }

    [TestMethod]
    public void A_teacher_with_another_tokenizer_is_refused()
    {
        SaveTeacher();
        string path = Path.Combine(_folder, "vocab.txt");
        string[] tokens = File.ReadAllLines(path);
        (tokens[^1], tokens[^2]) = (tokens[^2], tokens[^1]);
        File.WriteAllLines(path, tokens);
        string message = Assert.ThrowsExactly<ArgumentException>(() => Fit(s_training, new SevenPruneOptions { Distillation = new Distillation { Teacher = Teacher.From(_folder) } })).Message;
        Assert.Contains("another tokenizer", message);
        Assert.Contains(_folder, message);
    }

    [TestMethod]
    public void The_example_of_the_readme_runs()
    {
        var (mlContext, bert) = (_context, Trainer(s_training));

        // README begins
        // Trained without zeros first, then pruned while it follows the outputs of that network: one Fit, one progress.
        var distilled = mlContext.Transforms.SevenPrune(bert, new SevenPruneOptions
        {
            Sparsity = 0.9,
            Distillation = new Distillation { Teacher = Teacher.Self, HiddenStates = 1 },
        });
        // README ends

        using var model = Sentences.Before(_context).Append(distilled).Fit(Rows);
        Assert.AreEqual(0.9, model.LastTransformer.Report.Sparsity, 1e-2);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "DistillationTests.cs");

    [TestMethod]
    public void A_trainer_alone_cannot_learn_from_itself() => Assert.Contains("by the Distillation of SevenPruneOptions", Assert.ThrowsExactly<ArgumentException>(
        () => Trainer(s_training with { Distillation = new Distillation { Teacher = Teacher.Self } })).Message);

    /// <summary>The rows of a case, the second half of them without their labels.</summary>
    private static IDataView Without<TRow>(EncoderCase task, MLContext context, Action<TRow> removeLabel)
        where TRow : class, new()
    {
        var rows = context.Data.CreateEnumerable<TRow>(task.Rows(context), reuseRowObject: false).ToList();
        rows[(rows.Count / 2)..].ForEach(removeLabel);
        return context.Data.LoadFromEnumerable(rows);
    }

    private EncoderTrainer Trainer(FineTuningOptions training) => new BertCase().Trainer(_context, training);

    private TransformerChain<SevenPruneTransformer> Fit(FineTuningOptions training, SevenPruneOptions options) =>
        Sentences.Before(_context).Append(_context.Transforms.SevenPrune(Trainer(training), options)).Fit(Rows);

    private void SaveTeacher()
    {
        using var teacher = Sentences.Before(_context).Append(Trainer(s_training)).Fit(Rows);
        teacher.LastTransformer.SaveCompact(_folder);
    }

    private double Accuracy(TransformerChain<SevenPruneTransformer> model) => _context.MulticlassClassification.Evaluate(model.Transform(Rows)).MicroAccuracy;

    private float[] Scores(TransformerChain<SevenPruneTransformer> model) => [.. model.Transform(Rows).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private sealed class Kept(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
