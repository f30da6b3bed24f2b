using Seven.Pruning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>Finds in a module what can be pruned: the weights of linear layers and convolutions, but not the last of them, which is the head.</summary>
internal static class ModuleWeights
{
    /// <summary>All parameters of the module, prunable or not, in the order in which they are registered.</summary>
    /// <param name="module">The network.</param>
    /// <param name="head">Patterns of the head's parameters; <see langword="null"/> for the last layer that is registered.</param>
    public static IReadOnlyList<TorchWeight> Of(nn.Module module, IReadOnlyList<string>? head = null)
    {
        var owners = module.named_modules().GroupBy(item => item.name).ToDictionary(group => group.Key, group => group.First().module);
        owners[""] = module;
        var parameters = module.named_parameters().ToList();
        var layerWeights = parameters.Where(item => IsLayerWeight(owners, item.name, item.parameter)).ToList();
        head ??= [.. layerWeights.TakeLast(1).Select(item => item.name)];
        var tied = TiedElsewhere(owners, parameters);
        return
        [
            .. parameters.Select(item => new TorchWeight(
                item.name, item.parameter,
                isLayerWeight: !WeightSelection.MatchesAny(head, item.name) && !tied.Contains(item.name) && layerWeights.Any(layer => layer.name == item.name))),
        ];
    }

    private static bool IsLayerWeight(Dictionary<string, nn.Module> owners, string name, Parameter parameter)
    {
        int dot = name.LastIndexOf('.');
        string kind = name[(dot + 1)..];
        return OwnerOf(owners, name) switch
        {
            Linear or Convolution => kind == "weight",
            // Native modules that keep several linear layers as parameters of their own.
            MultiheadAttention or TransformerEncoderLayer or TransformerDecoderLayer or TransformerEncoder or TransformerDecoder or Transformer =>
                parameter.shape.Length > 1,
            _ => false,
        };
    }

    /// <summary>The nearest module that holds the parameter; a native one may hold it under a name with dots.</summary>
    private static nn.Module? OwnerOf(Dictionary<string, nn.Module> owners, string name)
    {
        for (int dot = name.LastIndexOf('.'); dot >= 0; dot = dot == 0 ? -1 : name.LastIndexOf('.', dot - 1))
            if (owners.TryGetValue(name[..dot], out var owner))
                return owner;
        return owners[""];
    }

    /// <summary>Names of parameters whose memory is an embedding's, or that of a parameter named earlier: tied weights are pruned once or not at all.</summary>
    private static HashSet<string> TiedElsewhere(Dictionary<string, nn.Module> owners, List<(string name, Parameter parameter)> parameters)
    {
        var tied = new HashSet<string>();
        foreach (var group in parameters.Where(item => item.parameter.numel() > 0).GroupBy(item => AddressOf(item.parameter)).Where(group => group.Count() > 1))
        {
            bool hasEmbedding = group.Any(item => OwnerOf(owners, item.name) is Embedding or EmbeddingBag);
            tied.UnionWith(group.Skip(hasEmbedding ? 0 : 1).Select(item => item.name));
        }

        return tied;
    }

    /// <summary>Where a tensor's values begin in the memory of its device; its handle where elements are no float32.</summary>
    private static nint AddressOf(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
            return tensor.Handle;
        using var scope = NewDisposeScope();
        return tensor.storage<float>().data_ptr() + (nint)(tensor.storage_offset() * sizeof(float));
    }
}
