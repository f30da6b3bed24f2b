using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.MLNet.Tests.Cases;
using Seven.Tokens;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>A pruned encoder and sentences to measure scoring with.</summary>
internal static class ScoringCost
{
    public const int Rows = 256;
    public const int Rounds = 3;

    /// <summary>A BERT of 4 × 256 over 7,000 words, pruned to 80 %.</summary>
    public static (TransformerChain<SevenPruneTransformer> Model, long Parameters) Fit(MLContext context, IDataView rows)
    {
        string vocabulary = Path.Combine(Directory.CreateTempSubdirectory("seven-vocabulary-").FullName, "vocab.txt");
        File.WriteAllLines(vocabulary, [.. Vocabulary.Special, .. Enumerable.Range(0, 7000).Select(i => "word" + i)]);
        var trainer = context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
        {
            Size = EncoderSize.Mini,
            VocabularyFile = vocabulary,
            FineTuning = new FineTuningOptions { Epochs = 1, BatchSize = 16 },
        });
        var model = context.Transforms.Conversion.MapValueToKey("Label").Append(context.Transforms.SevenPrune(trainer)).Fit(context.Data.TakeRows(rows, 160));
        return (model, EncoderModel.Create(EncoderCase.EncoderIn(model).Model.Configuration, EncoderTasks.TextClassification(["a", "b"])).ParameterCount);
    }

    public static IDataView Sentences(MLContext context)
    {
        var random = new Random(4);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Sentences.Row
        {
            Text = string.Join(' ', Enumerable.Range(0, 24 + i % 9).Select(_ => "word" + random.Next(1000))),
            Label = i % 2 == 0 ? "even" : "odd",
        }).ToList());
    }

    public static void Read(IDataView scored)
    {
        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var scores = default(VBuffer<float>);
        int count = 0;
        for (; cursor.MoveNext(); count++)
            getter(ref scores);
        Assert.AreEqual(Rows, count);
    }

    public static double SecondsOf(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
