using Microsoft.ML.OnnxRuntime;
using Seven.Encoders;
using Seven.Export;

namespace Seven.Benchmarks.Rivals;

/// <summary>A BERT for ONNX Runtime, with its fused operators: what its optimizer makes of an exported model.</summary>
/// <remarks>In int8, weights have eight bits and a scale for each output, activations one scale for a whole batch, which is found as it is scored.</remarks>
internal sealed class OnnxBert : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    private OnnxBert(InferenceSession session) => _session = session;

    /// <param name="model">The model with its weights.</param>
    /// <param name="int8">Whether it multiplies in int8.</param>
    /// <param name="threads">Threads of a call.</param>
    /// <param name="perChannel">Whether weights have a scale for each output, as quantize_dynamic makes them with per_channel, or one for each matrix.</param>
    public static OnnxBert Of(EncoderModel model, bool int8, int threads, bool perChannel = true)
    {
        using var options = OptionsFor(threads);
        return new OnnxBert(new InferenceSession(ToBytes(model, int8, perChannel), options));
    }

    /// <summary>A model from a file, as a service reads it.</summary>
    public static OnnxBert Load(string path, int threads)
    {
        using var options = OptionsFor(threads);
        return new OnnxBert(new InferenceSession(path, options));
    }

    /// <summary>The file's contents.</summary>
    public static byte[] ToBytes(EncoderModel model, bool int8, bool perChannel = true)
    {
        using var file = new MemoryStream();
        OnnxExport.Write(model, file, new OnnxSettings { IsInt8 = int8, HasScalePerOutput = perChannel, UsesContribOperators = true });
        return file.ToArray();
    }

    private static SessionOptions OptionsFor(int threads) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    /// <summary>The head's outputs, [batch × labels].</summary>
    /// <param name="tokens">Token numbers, [batch × length].</param>
    /// <param name="batch">Texts, all of one length.</param>
    /// <param name="segments">The segment of each token; none for all 0.</param>
    public float[] Logits(int[] tokens, int batch, int[]? segments = null)
    {
        long[] shape = [batch, tokens.Length / batch];
        using var words = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tokens, token => (long)token), shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(OnesOf(tokens.Length), shape);
        using var kinds = OrtValue.CreateTensorValueFromMemory(segments is null ? new long[tokens.Length] : Array.ConvertAll(segments, segment => (long)segment), shape);
        using var results = _session.Run(_run, ["input_ids", "attention_mask", "token_type_ids"], [words, mask, kinds], ["logits"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static long[] OnesOf(int length)
    {
        var ones = new long[length];
        Array.Fill(ones, 1);
        return ones;
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }
}
