using Microsoft.ML.OnnxRuntime;
using Seven.Encoders;
using Seven.Weights;

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
    public static byte[] ToBytes(EncoderModel model, bool int8, bool perChannel = true) => new Builder(model, int8, perChannel).Build();

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
        using var words = OrtValue.CreateTensorValueFromMemory(tokens, shape);
        using var kinds = OrtValue.CreateTensorValueFromMemory(segments ?? new int[tokens.Length], shape);
        using var results = _session.Run(_run, ["words", "segments"], [words, kinds], ["logits"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private sealed class Builder(EncoderModel model, bool int8, bool perChannel)
    {
        private readonly OnnxGraph _graph = new();
        private readonly Dictionary<string, Parameter> _parameters = model.Parameters.ToDictionary(parameter => parameter.Name);
        private readonly TextConfiguration _shape = (TextConfiguration)model.Configuration;

        public byte[] Build()
        {
            _graph.Input("words");
            _graph.Input("segments");
            const string Embeddings = "bert.embeddings.";
            string x = _graph.Node(
                "EmbedLayerNormalization",
                ["words", "segments", Copy(Embeddings + "word_embeddings.weight"), Copy(Embeddings + "position_embeddings.weight"), Copy(Embeddings + "token_type_embeddings.weight"), .. Norm(Embeddings + "LayerNorm")],
                ["embedded", "unused"], ("epsilon", (float)_shape.NormEpsilon));
            for (int layer = 0; layer < _shape.Layers; layer++)
                x = Layer(x, $"bert.encoder.layer.{layer}.");
            string first = _graph.Node("Gather", [x, _graph.Longs("zero", 0)], ["firstTokens"], ("axis", 1L));
            string pooled = _graph.Node("Tanh", [Float("pooled", _graph.Node("Flatten", [first], ["flat"], ("axis", 1L)), "bert.pooler.dense", "bert.pooler.dense.bias")], ["pooled.tanh"]);
            Float("logits", pooled, "classifier", "classifier.bias");
            _graph.Output("logits");
            return _graph.ToModel();
        }

        private string Layer(string x, string name)
        {
            string attended = Attention(x, name);
            string projected = Linear(name + "projected", attended, name + "attention.output.dense", bias: null);
            string y = Residual(x, projected, name + "attention.output.");
            string expanded = Linear(name + "expanded", y, name + "intermediate.dense", bias: null);
            string activated = _graph.Node("BiasGelu", [expanded, Copy(name + "intermediate.dense.bias")], [name + "activated"]);
            return Residual(y, Linear(name + "contracted", activated, name + "output.dense", bias: null), name + "output.");
        }

        private string Residual(string x, string y, string name) => _graph.Node(
            "SkipLayerNormalization", [x, y, .. Norm(name + "LayerNorm"), Copy(name + "dense.bias")], [name + "norm"], ("epsilon", (float)_shape.NormEpsilon));

        private string Attention(string x, string name)
        {
            string[] parts = [.. new[] { "query", "key", "value" }.Select(part => $"{name}attention.self.{part}")];
            int hidden = _shape.HiddenSize;
            float[] bias = [.. parts.SelectMany(part => _parameters[part + ".bias"].Values.ToArray())];
            string biases = _graph.Floats(name + "qkv.bias", bias, 3 * hidden);
            if (!int8)
                return _graph.Node("Attention", [x, _graph.Floats(name + "qkv", Transposed(parts), hidden, 3 * hidden), biases], [name + "context"], ("num_heads", (long)_shape.Heads));
            string bytes = _graph.Node("DynamicQuantizeLinear", [x], [name + "x.bytes", name + "x.scale", name + "x.zero"]);
            var (weights, scales) = Rounded(Transposed(parts), hidden, 3 * hidden);
            return _graph.Node(
                "QAttention",
                [bytes, _graph.Bytes(name + "qkv", weights, hidden, 3 * hidden), biases, name + "x.scale", _graph.Floats(name + "qkv.scale", scales, 3 * hidden), "", name + "x.zero", _graph.Bytes(name + "qkv.zero", new sbyte[3 * hidden], 3 * hidden)],
                [name + "context"], ("num_heads", (long)_shape.Heads));
        }

        private string Linear(string output, string x, string weight, string? bias)
        {
            var parameter = _parameters[weight + ".weight"];
            var (outputs, inputs) = (parameter.Shape[0], parameter.Shape[1]);
            if (!int8)
                return _graph.Node("MatMul", [x, _graph.Floats(weight, Transposed([weight]), inputs, outputs)], [output]);
            var (weights, scales) = Rounded(Transposed([weight]), inputs, outputs);
            return _graph.Node(
                "DynamicQuantizeMatMul",
                [x, _graph.Bytes(weight, weights, inputs, outputs), _graph.Floats(weight + ".scale", scales, outputs), _graph.Bytes(weight + ".zero", new sbyte[outputs], outputs), .. bias is null ? Array.Empty<string>() : [Copy(bias)]],
                [output]);
        }

        /// <summary>A layer of the head, which stays float32.</summary>
        private string Float(string output, string x, string weight, string bias) =>
            _graph.Node("Gemm", [x, Copy(weight + ".weight"), Copy(bias)], [output], ("transB", 1L));

        private string[] Norm(string name) => [Copy(name + ".weight"), Copy(name + ".bias")];

        private string Copy(string name) => _graph.Floats(name, _parameters[name].Values, [.. _parameters[name].Shape]);

        /// <summary>The matrices side by side, [inputs × outputs].</summary>
        private float[] Transposed(string[] weights)
        {
            Parameter[] parameters = [.. weights.Select(weight => _parameters[weight + ".weight"])];
            int inputs = parameters[0].Shape[1], all = parameters.Sum(parameter => parameter.Shape[0]);
            var result = new float[inputs * all];
            int start = 0;
            foreach (var parameter in parameters)
            {
                for (int row = 0; row < parameter.Shape[0]; row++)
                    for (int column = 0; column < inputs; column++)
                        result[column * all + start + row] = parameter.Values[row * inputs + column];
                start += parameter.Shape[0];
            }

            return result;
        }

        private (sbyte[] Weights, float[] Scales) Rounded(float[] matrix, int inputs, int outputs)
        {
            var (weights, scales) = (new sbyte[matrix.Length], new float[outputs]);
            float largestOfAll = matrix.Max(MathF.Abs);
            for (int output = 0; output < outputs; output++)
            {
                float largest = perChannel ? 1e-8f : largestOfAll;
                for (int input = 0; input < inputs; input++)
                    largest = Math.Max(largest, Math.Abs(matrix[input * outputs + output]));
                scales[output] = largest / 127;
                for (int input = 0; input < inputs; input++)
                    weights[input * outputs + output] = (sbyte)MathF.Round(matrix[input * outputs + output] / scales[output]);
            }

            return (weights, scales);
        }
    }
}
