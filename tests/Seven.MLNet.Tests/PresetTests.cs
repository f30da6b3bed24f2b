using Microsoft.ML;
using Seven.MLNet.Tests.Cases;
using Seven.Pruning.Criteria;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Recipes in pipelines.</summary>
[TestClass]
public sealed class PresetTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void A_recipe_trains_first_and_prunes_then()
    {
        var (mlContext, train) = (_context, Sentences.Rows(_context));
        string? folder = null;

        // README begins
        var recipe = PruningPresets.FewRows(sparsity: 0.9);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { ModelFolder = folder, FineTuning = recipe.Trainer }))
            .Append(mlContext.Transforms.SevenPrune(SevenPruneOptions.Of(recipe)));
        // README ends

        using var model = pipeline.Fit(train);
        Assert.HasCount(15, model.LastTransformer.History);
        Assert.AreEqual(0.9, model.LastTransformer.Report.Sparsity, 1e-3);
    }

    [TestMethod]
    public void The_papers_recipe_prunes_from_the_start()
    {
        var recipe = PruningPresets.Paper(sparsity: 0.7);
        var trainer = new BertCase().Trainer(_context, recipe.Trainer with { Epochs = 2 });
        using var model = Sentences.Before(_context).Append(_context.Transforms.SevenPrune(trainer, SevenPruneOptions.Of(recipe))).Fit(Sentences.Rows(_context));
        Assert.HasCount(2, model.LastTransformer.History);
        Assert.AreEqual(0.7, model.LastTransformer.Report.Sparsity, 1e-3);
        Assert.AreEqual(1, ((SevenCriterion)recipe.Pruned.Pruning!.Criterion).ScoreDecay);
    }

    [TestMethod]
    public void A_sparsity_out_of_range_is_refused()
    {
        foreach (var recipe in new Func<double, PruningPreset>[] { PruningPresets.Paper, PruningPresets.FewRows, PruningPresets.Usual, PruningPresets.LongRun })
            Assert.Contains("Sparsity is 1", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => recipe(1)).Message);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "PresetTests.cs");
}
