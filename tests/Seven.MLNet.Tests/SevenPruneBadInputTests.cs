using Microsoft.ML;
using Seven.MLNet.Tests.Cases;

namespace Seven.MLNet.Tests;

/// <summary>Pipelines that SevenPrune cannot serve, refused with what was found and what was expected.</summary>
[TestClass]
public sealed class SevenPruneBadInputTests
{
    [TestMethod]
    public void No_network_upstream_is_refused_with_what_was_found_and_the_two_ways_to_write_it()
    {
        var context = new MLContext(seed: 1);
        var pipeline = Sentences.Before(context).Append(context.Transforms.CopyColumns("Other", "Text")).Append(context.Transforms.SevenPrune());
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(Sentences.Rows(context))).Message;
        Assert.Contains("ColumnCopyingTransformer, ValueToKeyMappingTransformer", message);
        Assert.Contains("MulticlassClassification.Trainers.Bert", message);
        Assert.Contains(".Append(trainer).Append(mlContext.Transforms.SevenPrune())", message);
        Assert.Contains(".Append(mlContext.Transforms.SevenPrune(trainer))", message);
    }

    [TestMethod]
    public void Another_trainer_cannot_be_wrapped()
    {
        var context = new MLContext();
        string message = Assert.ThrowsExactly<NotSupportedException>(() => context.Transforms.SevenPrune(context.Regression.Trainers.Sdca())).Message;
        Assert.Contains("SdcaRegressionTrainer", message);
        Assert.Contains("ObjectDetection", message);
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_when_the_pipeline_is_written()
    {
        var context = new MLContext();
        Assert.Contains("Sparsity is 1.2", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Transforms.SevenPrune(1.2)).Message);
        Assert.Contains("Sparsity is 1;", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Transforms.SevenPrune(1)).Message);
        Assert.Contains("Epochs is 0", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Transforms.SevenPrune(new SevenPruneOptions { Epochs = 0 })).Message);
        Assert.Contains("Patience is 0", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Transforms.SevenPrune(new SevenPruneOptions { Patience = 0 })).Message);
        Assert.Contains("LearningRate is 0", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Transforms.SevenPrune(new SevenPruneOptions { LearningRate = 0 })).Message);
        Assert.Contains("MaxEpoch", Assert.ThrowsExactly<ArgumentException>(() => context.Transforms.SevenPrune(new BertCase().Trainer(context), new SevenPruneOptions { Epochs = 3 })).Message);
    }

    [TestMethod]
    public void A_text_column_that_is_missing_is_refused_in_ML_NETs_words()
    {
        var context = new MLContext(seed: 1);
        var rows = context.Transforms.DropColumns("Text").Fit(Sentences.Rows(context)).Transform(Sentences.Rows(context));
        var pipeline = Sentences.Before(context).Append(new BertCase().Trainer(context)).Append(context.Transforms.SevenPrune());
        Assert.Contains("Could not find text column 'Text'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(rows)).Message);
    }
}
