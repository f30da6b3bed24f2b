using System.Globalization;
using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Formats.Onnx;

namespace Seven.Export;

/// <summary>The layers of a task in an ONNX graph, and its outputs under the names that Hugging Face's exports have.</summary>
/// <param name="weights">The parameters.</param>
/// <param name="shape">The encoder's shape.</param>
/// <param name="task">The task.</param>
internal sealed class OnnxHeads(OnnxWeights weights, EncoderConfiguration shape, EncoderTask task)
{
    private readonly OnnxGraph _graph = weights.Graph;
    private readonly HeadDescription _head = shape.Architecture.Heads[task.Head];

    public void Add(OnnxStates states)
    {
        string outputs = Outputs(states);
        if (task is TextEmbeddingTask)
            _graph.Output("sentence_embedding", outputs, OnnxInputs.Batch, shape.HiddenSize.ToString(CultureInfo.InvariantCulture));
        else if (task is QuestionAnsweringTask)
            AddSpan(outputs);
        else if (task.IsPerToken)
            _graph.Output("logits", outputs, OnnxInputs.Batch, OnnxInputs.Sequence, Count);
        else
            _graph.Output("logits", outputs, OnnxInputs.Batch, Count);
    }

    private string Count => task.Outputs.ToString(CultureInfo.InvariantCulture);

    private void AddSpan(string outputs)
    {
        string[] parts = _graph.Nodes("Split", [outputs], 2, ("axis", -1L));
        foreach (var (name, part) in new[] { ("start_logits", parts[0]), ("end_logits", parts[1]) })
            _graph.Output(name, _graph.Node("Squeeze", [part, _graph.Longs(-1)]), OnnxInputs.Batch, OnnxInputs.Sequence);
    }

    private string Outputs(OnnxStates states)
    {
        string normalized = _head.Norm is { } norm ? weights.Norm(norm, states.States) : states.States;
        if (task.IsPerToken)
            return Layers(normalized, _head.Output);
        if (shape is TextConfiguration { Pooling: Pooling.Mean })
            return Layers(Mean(normalized, states.Mask!), _head.Output);
        string first = Layers(Token(normalized, 0), _head.Output);
        return _head.SecondOutput is { } second
            ? _graph.Node("Mul", [_graph.Node("Add", [first, Layers(Token(normalized, 1), second)]), _graph.Scalar(0.5f)])
            : first;
    }

    private string Token(string states, int number) => _graph.Node("Gather", [states, _graph.Long(number)], ("axis", 1L));

    private string Mean(string states, string mask)
    {
        string seen = _graph.Node("Unsqueeze", [mask, _graph.Longs(-1)]);
        string sum = _graph.Node("ReduceSum", [_graph.Node("Mul", [states, seen]), _graph.Longs(1)], ("keepdims", 0L));
        return _graph.Node("Div", [sum, _graph.Node("ReduceSum", [seen, _graph.Longs(1)], ("keepdims", 0L))]);
    }

    private string Layers(string x, string? output)
    {
        if (_head.Dense is { } dense)
            x = Function(weights.Linear(dense, x));
        if (_head.NormAfterDense is { } norm)
            x = weights.Norm(norm, x);
        if (output is not null)
            return weights.Linear(output, x);
        if (shape is not TextConfiguration { NormalizesVectors: true })
            return x;
        string length = _graph.Node("Sqrt", [_graph.Node("ReduceSum", [_graph.Node("Mul", [x, x]), _graph.Longs(-1)], ("keepdims", 1L))]);
        return _graph.Node("Div", [x, _graph.Node("Max", [length, _graph.Scalar(1e-12f)])]);
    }

    private string Function(string x) => _head.Function switch
    {
        HeadFunction.Tanh => _graph.Node("Tanh", [x]),
        HeadFunction.Relu => _graph.Node("Relu", [x]),
        _ => OnnxFunctions.Gelu(_graph, x),
    };
}
