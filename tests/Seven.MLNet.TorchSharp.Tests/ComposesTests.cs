using Seven.MLNet.TorchSharp.Tests.Cases;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>Every trainer of ML.NET's own in every form: fit, evaluate, cross-validate, predict, save, load elsewhere.</summary>
[TestClass]
public sealed class ComposesTests
{
    public static IEnumerable<object[]> Pipelines => OrdinaryPipeline.WithForms(StockCase.All);

    public static IEnumerable<object[]> CrossValidated => OrdinaryPipeline.WithForms(StockCase.All.Where(trainerCase => trainerCase.CanCrossValidate));

    [TestMethod]
    [DynamicData(nameof(Pipelines))]
    public void A_pruned_pipeline_is_an_ordinary_one(TrainerCase trainerCase, Form form) => OrdinaryPipeline.Check(trainerCase, form);

    [TestMethod]
    [DynamicData(nameof(CrossValidated))]
    public void A_pruned_pipeline_can_be_cross_validated(TrainerCase trainerCase, Form form) => OrdinaryPipeline.CheckCrossValidation(trainerCase, form);
}
