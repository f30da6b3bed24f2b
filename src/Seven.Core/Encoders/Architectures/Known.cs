namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>The families that are known here.</summary>
    internal static IReadOnlyList<Architecture> All => [Bert, DistilBert, Electra, Roberta, XlmRoberta, Camembert, Vit];

    /// <exception cref="InvalidDataException">There is no such family.</exception>
    internal static Architecture Of(string modelType, string path) => All.FirstOrDefault(architecture => architecture.ModelType == modelType)
        ?? throw new InvalidDataException($"{path}: model_type is {modelType}; expected one of {string.Join(", ", All)}.");
}
