namespace Seven.Encoders.Architectures;

/// <summary>Describes a family of encoders in Hugging Face's files: keys of <c>config.json</c>, names of tensors, placement of norms, and the heads of its tasks.</summary>
/// <remarks>Data rather than code: the layers are shared, and a new family is one file in this folder.</remarks>
public sealed partial class Architecture
{
    private Architecture(
        string modelType, string classPrefix, string tensorPrefix, ConfigurationKeys keys, NormPlacement normPlacement,
        InputNames input, LayerNames layers, IReadOnlyDictionary<HeadKind, HeadDescription> heads)
    {
        (ModelType, ClassPrefix, TensorPrefix, Keys) = (modelType, classPrefix, tensorPrefix, keys);
        (NormPlacement, Input, Layers) = (normPlacement, input, layers);
        Heads = input is TextNames && !heads.ContainsKey(HeadKind.Embedding)
            ? heads.Append(new(HeadKind.Embedding, new HeadDescription { Output = null, HasDropout = false })).ToDictionary()
            : heads;
    }

    /// <summary><c>model_type</c> in <c>config.json</c>, such as <c>bert</c>.</summary>
    public string ModelType { get; }

    /// <summary>The prefix of class names, such as Bert in BertForSequenceClassification.</summary>
    internal string ClassPrefix { get; }

    /// <summary>The suffix of class names; empty for most families.</summary>
    internal string ClassSuffix { get; private init; } = "";

    /// <summary>Parts of tensor names with what newer versions of Hugging Face's library call them, in the order in which they are replaced.</summary>
    internal IReadOnlyList<(string Older, string Newer)> RenamedParts { get; private init; } = [];

    /// <summary>The numbering of SentencePiece's pieces, for folders without <c>tokenizer.json</c>.</summary>
    internal SentencePieceNumbers SentencePieces { get; private init; } = SentencePieceNumbers.XlmRoberta;

    /// <summary>The prefix of the encoder's tensor names in a model with a head, such as <c>bert.</c>; encoders saved alone lack it.</summary>
    internal string TensorPrefix { get; }

    /// <summary>Keys of <c>config.json</c>.</summary>
    internal ConfigurationKeys Keys { get; }

    /// <summary>The placement of norms in the residual blocks.</summary>
    internal NormPlacement NormPlacement { get; }

    /// <summary>Names of the input's tensors.</summary>
    internal InputNames Input { get; }

    /// <summary>Names of a layer's tensors.</summary>
    internal LayerNames Layers { get; }

    /// <summary>The heads by the tasks that they serve.</summary>
    internal IReadOnlyDictionary<HeadKind, HeadDescription> Heads { get; }

    /// <inheritdoc />
    public override string ToString() => ModelType;

    /// <summary>Hugging Face's name of the class with a head, such as BertForSequenceClassification.</summary>
    internal string ClassOf(HeadKind head) => head == HeadKind.Embedding ? $"{ClassPrefix}Model" : $"{ClassPrefix}For{head}{ClassSuffix}";

    /// <summary>The head of a class; <see langword="null"/> if the class has none of those known here.</summary>
    internal HeadKind? HeadOf(string? className)
    {
        foreach (var head in Heads.Keys)
            if (ClassOf(head) == className)
                return head;
        return null;
    }

    /// <exception cref="ArgumentException">The architecture has no head for the task.</exception>
    internal HeadDescription HeadFor(HeadKind head, string task) => Heads.TryGetValue(head, out var found)
        ? found
        : throw new ArgumentException($"The architecture {ModelType} has no head for {task}; expected a task of {string.Join(", ", Heads.Keys.Select(ClassOf))}.");

    /// <summary>The names under which files hold a tensor, the usual one first: old files call a norm's scale and shift gamma and beta, encoders saved alone have no prefix, and newer versions rename layers.</summary>
    internal IEnumerable<string> NamesInFiles(string name)
    {
        string older = name
            .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        string newer = RenamedParts.Aggregate(name, (known, part) => known.Replace(part.Older, part.Newer, StringComparison.Ordinal));
        string[] names = [name, older, newer];
        return names.Concat(names.Where(known => known.StartsWith(TensorPrefix, StringComparison.Ordinal)).Select(known => known[TensorPrefix.Length..]));
    }
}
