using Microsoft.ML;
using Seven.MLNet.MLNetInternals;

namespace Seven.MLNet.Tests;

/// <summary>The columns that a step promises are those it delivers, and wrong columns are refused in ML.NET's words.</summary>
internal static class PipelineSchema
{
    public static void CheckPromise(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Before(context).Fit(trainerCase.Rows(context)).Transform(trainerCase.Rows(context));
        var trainer = context.Transforms.SevenPrune(trainerCase.Trainer(context, epochs: 1), new SevenPruneOptions { Sparsity = 0 });

        var promised = trainer.GetOutputSchema(SchemaShapes.Of(rows.Schema));
        using var fitted = trainer.Fit(rows);
        AssertSame(promised, SchemaShapes.Of(fitted.Transform(rows).Schema));
        AssertSame(promised, SchemaShapes.Of(fitted.GetOutputSchema(rows.Schema)));

        var scored = fitted.Transform(rows);
        var step = context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0, Epochs = 1 });
        AssertSame(step.GetOutputSchema(promised), SchemaShapes.Of(scored.Schema));
    }

    public static void CheckWrongColumns(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Before(context).Fit(trainerCase.Rows(context)).Transform(trainerCase.Rows(context));
        var trainer = context.Transforms.SevenPrune(trainerCase.Trainer(context, epochs: 1), new SevenPruneOptions { Sparsity = 0 });
        var wrong = context.Transforms.CustomMapping<Empty, Number>((_, number) => number.Value = 1, null).Append(context.Transforms.CopyColumns(trainerCase.InputColumn, "Value")).Fit(rows).Transform(rows);

        using var fitted = trainer.Fit(rows);
        foreach (Action use in new Action[]
        {
            () => trainer.GetOutputSchema(SchemaShapes.Of(wrong.Schema)),
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
