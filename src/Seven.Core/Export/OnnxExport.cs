using Seven.Encoders;
using Seven.Formats;
using Seven.Formats.Onnx;
using Seven.Inference;

namespace Seven.Export;

/// <summary>Writes models as ONNX files, which ONNX Runtime reads in any language, and ML.NET's <c>ApplyOnnxModel</c>.</summary>
public static class OnnxExport
{
    /// <summary>Writes a model: any architecture and any task, for batches and texts of any size.</summary>
    /// <remarks>
    /// Inputs are <c>input_ids</c>, <c>attention_mask</c> and, where there are segments, <c>token_type_ids</c>, 64-bit whole numbers [batch × tokens], or <c>pixel_values</c>, floats
    /// [batch × channels × height × width]. Outputs are <c>logits</c>, <c>start_logits</c> and <c>end_logits</c>, or <c>sentence_embedding</c>, as Hugging Face's own exports name them. The
    /// labels and the model's configuration are in the file's metadata, so that <see cref="OnnxImport"/> can read the file back.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, usually ending in <c>.onnx</c>.</param>
    /// <param name="precision">Its numbers. Default float32, in which pruned weights are zeros; <see cref="Precision.Automatic"/> is float32 here, too. In int8 the encoder's matrices have a scale for each
    /// output, the vectors of words one each, and inputs of layers are rounded as they come, as <c>quantize_dynamic</c> of ONNX Runtime does it.</param>
    /// <param name="useContribOperators">Whether layers are written as ONNX Runtime's own fused operators, with which it is faster and other runtimes cannot read the file. Default false: ONNX Runtime
    /// fuses part of the layers by itself when it loads the file.</param>
    /// <exception cref="IOException">It could not be written; an older file is unchanged.</exception>
    /// <exception cref="InvalidOperationException">The model is larger than 2 GB.</exception>
    public static void SaveOnnx(this EncoderModel model, string path, Precision precision = Precision.Float32, bool useContribOperators = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Require.Defined<Precision>(precision, nameof(precision));
        var settings = new OnnxSettings { IsInt8 = precision == Precision.Int8, UsesContribOperators = useContribOperators };
        AtomicFile.Write(path, stream => Write(model, stream, settings));
    }

    /// <summary>Writes the file's content.</summary>
    internal static void Write(EncoderModel model, Stream stream, OnnxSettings settings)
    {
        var (graph, shape) = (new OnnxGraph(), model.Configuration);
        var weights = new OnnxWeights(graph, model, settings);
        new OnnxHeads(weights, shape, model.EncoderTask).Add(new OnnxLayers(weights, shape).Add(OnnxInputs.Add(weights, shape)));
        (string, string)[] metadata = [.. model.Labels.Count == 0 ? [] : new[] { ("labels", string.Join('\n', model.Labels)) }, .. OnnxConfiguration.Of(model)];
        graph.WriteTo(stream, shape.Architecture.ModelType, metadata);
    }

    /// <summary>Writes a model, and its tokenizer's files beside it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, usually ending in <c>.onnx</c>.</param>
    /// <param name="precision">Its numbers. Default float32; <see cref="Precision.Automatic"/> is what the model scores with.</param>
    /// <param name="useContribOperators">Whether layers are written as ONNX Runtime's own fused operators. Default false.</param>
    /// <inheritdoc cref="SaveOnnx(EncoderModel, string, Precision, bool)" path="/remarks|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static void SaveOnnx(this SparseModel model, string path, Precision precision = Precision.Float32, bool useContribOperators = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        model.Write(network => network.SaveOnnx(path, precision == Precision.Automatic ? model.Precision : precision, useContribOperators));
        model.Tokenizer?.Save(folder);
    }
}
