using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>An encoder that is scored.</summary>
internal sealed record RivalModel(string Name, int Layers, int Hidden, int Heads);

/// <summary>Texts that are scored at once.</summary>
internal sealed record RivalBatch(int Sequences, int Tokens)
{
    public override string ToString() => Sequences == 1 ? $"{Tokens}" : $"{Sequences}x{Tokens}";
}

/// <summary>One way in which this project scores.</summary>
/// <param name="Percent">Zeros of the prunable weights.</param>
/// <param name="Precision">The numbers.</param>
/// <param name="Block">Rows that share their kept columns; 1 for unstructured.</param>
internal sealed record RivalForm(int Percent, Precision Precision, int Block)
{
    public override string ToString() => $"{Percent}/{(Precision == Precision.Int8 ? "int8" : "float32")}{(Block == 1 ? "" : $"/{Block}x1")}";
}

/// <summary>What was measured: medians in seconds of runs in turn, ONNX Runtime beside this project.</summary>
internal sealed record RivalResult(RivalModel Model, RivalBatch Batch, RivalForm Form, int Threads, double Seconds, double RuntimeInt8, double RuntimeFloat32)
{
    public string Case => $"{Model.Name}/{Batch}/{Form}{(Threads == 1 ? "" : $"/{Threads}-threads")}";

    /// <summary>How many times as fast as ONNX Runtime's int8.</summary>
    public double Ratio => RuntimeInt8 / Seconds;

    /// <summary>How many times as fast as ONNX Runtime's float32.</summary>
    public double RatioToFloat32 => RuntimeFloat32 / Seconds;
}
