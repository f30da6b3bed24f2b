namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>The families that are known here.</summary>
    internal static IReadOnlyList<Architecture> All => [Bert, DistilBert, Electra, Roberta, XlmRoberta, Camembert, ModernBert, Vit, Deit, DeitWithTeacher];

    /// <param name="modelType"><c>model_type</c>.</param>
    /// <param name="className">The class; families of one model type differ by it.</param>
    /// <param name="path">The file that names them.</param>
    /// <exception cref="InvalidDataException">There is no such family.</exception>
    internal static Architecture Of(string modelType, string? className, string path) => All.Where(architecture => architecture.ModelType == modelType)
        .MaxBy(architecture => architecture.HeadOf(className) is not null)
        ?? throw new InvalidDataException($"{path}: model_type is {modelType}; expected one of {string.Join(", ", All.Select(known => known.ModelType).Distinct())}.");
}
