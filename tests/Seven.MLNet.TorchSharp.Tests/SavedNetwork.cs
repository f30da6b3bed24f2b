using System.Reflection;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>The network inside a model.</summary>
internal static class SavedNetwork
{
    /// <summary>The weights in a saved model's file, by name.</summary>
    public static Dictionary<string, Tensor> Load(MLContext context, string path) => WeightsOf(context.Model.Load(path, out _));

    public static Dictionary<string, Tensor> WeightsOf(ITransformer model) => ModelsIn(model).Single().state_dict();

    /// <summary>All networks that a model holds.</summary>
    public static IEnumerable<nn.Module> ModelsIn(ITransformer model) => model switch
    {
        SevenPruneTransformer pruned => ModelsIn(pruned.Network),
        IEnumerable<ITransformer> chain => chain.SelectMany(ModelsIn).Distinct(),
        _ when FieldOf(model.GetType()) is { } field => [(nn.Module)field.GetValue(model)!],
        _ => [],
    };

    private static FieldInfo? FieldOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
            if (type.GetField("Model", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is { } field)
                return field;
        return null;
    }
}
