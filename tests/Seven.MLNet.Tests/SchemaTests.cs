using Microsoft.ML;
using Seven.MLNet.Internals;
using Seven.MLNet.Tests.Cases;

namespace Seven.MLNet.Tests;

/// <summary>What is promised of columns is what comes, and wrong columns are told in ML.NET's words.</summary>
[TestClass]
public sealed class SchemaTests
{
    public static IEnumerable<object[]> Cases => TrainerCase.All.Select(trainerCase => new object[] { trainerCase });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_promised_schema_is_the_one_delivered(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Before(context).Fit(trainerCase.Rows(context)).Transform(trainerCase.Rows(context));
        var trainer = context.Transforms.SevenPrune(trainerCase.Trainer(context, epochs: 1), new SevenPruneOptions { Sparsity = 0 });

        var promised = trainer.GetOutputSchema(MlNetInternals.Instance.ShapeOf(rows.Schema));
        using var fitted = trainer.Fit(rows);
        AssertSame(promised, MlNetInternals.Instance.ShapeOf(fitted.Transform(rows).Schema));
        AssertSame(promised, MlNetInternals.Instance.ShapeOf(fitted.GetOutputSchema(rows.Schema)));

        var scored = fitted.Transform(rows);
        var step = context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0, Epochs = 1 });
        AssertSame(step.GetOutputSchema(promised), MlNetInternals.Instance.ShapeOf(scored.Schema));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_column_of_the_wrong_type_is_told_everywhere(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Before(context).Fit(trainerCase.Rows(context)).Transform(trainerCase.Rows(context));
        var trainer = context.Transforms.SevenPrune(trainerCase.Trainer(context, epochs: 1), new SevenPruneOptions { Sparsity = 0 });
        var wrong = context.Transforms.CustomMapping<Empty, Number>((_, number) => number.Value = 1, null).Append(context.Transforms.CopyColumns(trainerCase.InputColumn, "Value")).Fit(rows).Transform(rows);

        using var fitted = trainer.Fit(rows);
        foreach (Action use in new Action[]
        {
            () => trainer.GetOutputSchema(MlNetInternals.Instance.ShapeOf(wrong.Schema)),
            () => trainer.Fit(wrong),
            () => fitted.Transform(wrong),
            () => fitted.GetOutputSchema(wrong.Schema),
        })
            Assert.Contains("Schema mismatch for", Assert.ThrowsExactly<ArgumentOutOfRangeException>(use).Message);
        var missing = context.Transforms.DropColumns(trainerCase.InputColumn).Fit(rows).Transform(rows);
        Assert.Contains("Could not find", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => fitted.Transform(missing)).Message);
    }

    private static void AssertSame(SchemaShape promised, SchemaShape delivered) => CollectionAssert.AreEquivalent(
        promised.Select(Describe).ToArray(), delivered.Select(Describe).ToArray());

    private static string Describe(SchemaShape.Column column) => $"{column.Name}: {column.Kind} of {column.ItemType}{(column.IsKey ? ", key" : "")}";

    public sealed class Empty
    {
    }

    public sealed class Number
    {
        public float Value { get; set; }
    }
}
