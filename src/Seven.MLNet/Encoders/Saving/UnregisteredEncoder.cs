using Microsoft.ML.Transforms;

namespace Seven.MLNet.Encoders.Saving;

/// <summary>The loader that ML.NET finds where this project's encoders are not registered: it throws an error that names the missing call.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class UnregisteredEncoder : CustomMappingFactory<UnregisteredEncoder.Nothing, UnregisteredEncoder.Nothing>
{
    public const string Contract = "Seven.MLNet encoder";

    public override Action<Nothing, Nothing> GetMapping() => throw new InvalidOperationException(
        "The model holds an encoder of Seven.MLNet, which this MLContext does not know; expected a call of mlContext.ComponentCatalog.RegisterSeven() before mlContext.Model.Load.");

    internal sealed class Nothing
    {
    }
}
