using System.Globalization;
using Seven.Encoders;
using Seven.Formats.Onnx;

namespace Seven.Export;

/// <summary>The first layers of an encoder in an ONNX graph, under the names that Hugging Face's exports have.</summary>
internal static class OnnxInputs
{
    public const string Batch = "batch_size";
    public const string Sequence = "sequence_length";

    /// <summary>The value subtracted from the scores of masked tokens.</summary>
    private const float Hidden = -1e9f;

    /// <summary>Adds the inputs of a model and its first layers.</summary>
    /// <returns>The hidden states, [batch × tokens × hidden], the mask of texts, 1 for tokens that may be attended to, and what is added to attention scores.</returns>
    public static OnnxStates Add(OnnxWeights weights, EncoderConfiguration shape) => shape is TextConfiguration text ? AddText(weights, text) : AddImage(weights, (ImageConfiguration)shape);

    private static OnnxStates AddText(OnnxWeights weights, TextConfiguration shape)
    {
        var (graph, names) = (weights.Graph, shape.Names);
        string tokens = graph.Input("input_ids", OnnxType.Int64, Batch, Sequence), mask = graph.Input("attention_mask", OnnxType.Int64, Batch, Sequence);
        string sum = weights.LookUp(names.Words, tokens);
        if (names.Positions is { } positions)
            sum = graph.Node("Add", [sum, weights.LookUp(positions, Positions(graph, shape, tokens))]);
        if (names.Segments is { } segments)
            sum = graph.Node("Add", [sum, weights.LookUp(segments, shape.SegmentKinds > 1 ? graph.Input("token_type_ids", OnnxType.Int64, Batch, Sequence) : graph.Node("Mul", [tokens, graph.Long(0)]))]);
        string x = weights.Norm(names.Norm, sum);
        if (shape.VectorSize != shape.HiddenSize)
            x = weights.Linear(names.Projection!, x);
        string seen = graph.Node("Cast", [mask], ("to", (long)OnnxType.Float));
        string added = graph.Node("Mul", [graph.Node("Sub", [graph.Scalar(1), graph.Node("Unsqueeze", [seen, graph.Longs(1, 2)])]), graph.Scalar(Hidden)]);
        return new OnnxStates(x, seen, added);
    }

    /// <summary>0, 1, …; in RoBERTa, counted over tokens that are not padding, from the padding's number on.</summary>
    private static string Positions(OnnxGraph graph, TextConfiguration shape, string tokens)
    {
        if (shape.FirstPosition > 0)
        {
            string padding = graph.Long(shape.PaddingToken!.Value);
            string isToken = graph.Node("Cast", [graph.Node("Not", [graph.Node("Equal", [tokens, padding])])], ("to", (long)OnnxType.Int64));
            string counted = graph.Node("Mul", [graph.Node("CumSum", [isToken, graph.Long(1)]), isToken]);
            return graph.Node("Add", [counted, padding]);
        }

        string length = graph.Node("Gather", [graph.Node("Shape", [tokens]), graph.Long(1)]);
        return graph.Node("Unsqueeze", [graph.Node("Range", [graph.Long(0), length, graph.Long(1)]), graph.Longs(0)]);
    }

    private static OnnxStates AddImage(OnnxWeights weights, ImageConfiguration shape)
    {
        var (graph, names) = (weights.Graph, shape.Names);
        string size = shape.ImageSize.ToString(CultureInfo.InvariantCulture);
        string pixels = graph.Input("pixel_values", OnnxType.Float, Batch, shape.Channels.ToString(CultureInfo.InvariantCulture), size, size);
        string patches = graph.Node(
            "Conv", [pixels, weights.Tensor(names.Patches + ".weight"), weights.Tensor(names.Patches + ".bias")],
            ("kernel_shape", new long[] { shape.PatchSize, shape.PatchSize }), ("strides", new long[] { shape.PatchSize, shape.PatchSize }));
        string columns = graph.Node("Transpose", [graph.Node("Reshape", [patches, graph.Longs(0, shape.HiddenSize, -1)])], ("perm", new long[] { 0, 2, 1 }));
        string batch = graph.Node("Concat", [graph.Node("Slice", [graph.Node("Shape", [pixels]), graph.Longs(0), graph.Longs(1)]), graph.Longs(1, 1)], ("axis", 0L));
        var leading = new[] { names.ClassToken, names.DistillationToken }.OfType<string>().Select(token => graph.Node("Expand", [weights.Tensor(token), batch]));
        return new OnnxStates(graph.Node("Add", [graph.Node("Concat", [.. leading, columns], ("axis", 1L)), weights.Tensor(names.Positions)]), Mask: null, AddedToScores: null);
    }
}

/// <summary>Hidden states in an ONNX graph.</summary>
/// <param name="States">[batch × tokens × hidden].</param>
/// <param name="Mask">1 for tokens that may be attended to, else 0, [batch × tokens]; <see langword="null"/> if all may.</param>
/// <param name="AddedToScores">What is added to attention scores, [batch × 1 × 1 × tokens]; <see langword="null"/> for nothing.</param>
internal sealed record OnnxStates(string States, string? Mask, string? AddedToScores);
