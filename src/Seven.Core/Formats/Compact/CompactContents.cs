using Seven.Formats.Safetensors;

namespace Seven.Formats.Compact;

/// <summary>The parts of a compact file.</summary>
/// <param name="precision">How values are stored.</param>
internal sealed class CompactContents(ValuePrecision precision)
{
    public ValuePrecision Precision => precision;

    public List<NamedTensor> Tensors { get; } = [];

    /// <summary>Layers whose matrices are stored as bitmasks.</summary>
    public List<string> Sparse { get; } = [];

    /// <summary>Layers whose weights have 8 or 4 bits.</summary>
    public List<string> Rounded { get; } = [];

    /// <summary>Tables whose vectors have 8 bits.</summary>
    public List<string> RoundedTables { get; } = [];

    /// <summary>Layers whose weights are floats.</summary>
    public List<string> NotRounded { get; } = [];
}
