using Seven.MLNet.TorchSharp.Tests.Cases;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>Columns promised, delivered and refused.</summary>
[TestClass]
public sealed class SchemaTests
{
    public static IEnumerable<object[]> Cases => StockCase.All.Select(trainerCase => new object[] { trainerCase });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_promised_schema_is_the_one_delivered(TrainerCase trainerCase) => PipelineSchema.CheckPromise(trainerCase);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_column_of_the_wrong_type_is_refused_everywhere(TrainerCase trainerCase) => PipelineSchema.CheckWrongColumns(trainerCase);
}
