using Microsoft.ML.OnnxRuntime;
using Seven.Encoders;

namespace Seven.Onnx.Tests;

/// <summary>An ONNX file in ONNX Runtime, fed as Hugging Face's exports are: a batch of texts of one length, shorter ones padded.</summary>
internal sealed class OnnxFile(string path) : IDisposable
{
    private readonly InferenceSession _session = new(path);
    private readonly RunOptions _run = new();

    public IReadOnlyList<string> Inputs => [.. _session.InputMetadata.Keys];

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>All outputs by name, with their shapes.</summary>
    public IReadOnlyDictionary<string, (float[] Values, long[] Shape)> Run(IReadOnlyList<TokenizedText> texts, int padding)
    {
        int longest = texts.Max(text => text.Tokens.Count);
        long[] shape = [texts.Count, longest];
        var values = new Dictionary<string, long[]>
        {
            ["input_ids"] = Spread(text => text.Tokens, padding),
            ["attention_mask"] = Spread(text => [.. (text.AttentionMask ?? [.. text.Tokens.Select(_ => true)]).Select(seen => seen ? 1 : 0)], 0),
            ["token_type_ids"] = Spread(text => text.Segments ?? new int[text.Tokens.Count], 0),
        };
        return Run([.. Inputs.Select(name => (name, OrtValue.CreateTensorValueFromMemory(values[name], shape)))]);

        long[] Spread(Func<TokenizedText, IReadOnlyList<int>> of, int rest) =>
            [.. texts.SelectMany(text => of(text).Concat(Enumerable.Repeat(rest, longest - text.Tokens.Count)).Select(value => (long)value))];
    }

    /// <summary>The same for images.</summary>
    public IReadOnlyDictionary<string, (float[] Values, long[] Shape)> Run(IReadOnlyList<Picture> pictures, ImageConfiguration shape) => Run(
        [("pixel_values", OrtValue.CreateTensorValueFromMemory(pictures.SelectMany(picture => picture.Pixels.ToArray()).ToArray(), [pictures.Count, shape.Channels, shape.ImageSize, shape.ImageSize]))]);

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private Dictionary<string, (float[], long[])> Run((string Name, OrtValue Value)[] inputs)
    {
        using var results = _session.Run(_run, [.. inputs.Select(input => input.Name)], [.. inputs.Select(input => input.Value)], _session.OutputNames);
        var found = _session.OutputNames.Zip(results, (name, value) => (name, (value.GetTensorDataAsSpan<float>().ToArray(), value.GetTensorTypeAndShape().Shape))).ToDictionary();
        foreach (var (_, value) in inputs)
            value.Dispose();
        return found;
    }
}
