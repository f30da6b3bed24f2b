using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Seven.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp;

/// <summary>A parameter of a module as the pruner sees it. On the CPU the spans are the tensors' own memory.</summary>
/// <param name="name">The name.</param>
/// <param name="parameter">The parameter.</param>
/// <param name="isLayerWeight">Whether it is the weight of a linear layer or convolution and not the head, frozen or not.</param>
/// <param name="owner">What the optimizer steps, where the parameter is a part of it; <see langword="null"/> for the parameter itself.</param>
/// <param name="start">The place of the first value in the owner.</param>
internal sealed unsafe class TorchWeight(string name, Parameter parameter, bool isLayerWeight, Parameter? owner = null, long start = 0) : IPrunableWeight
{
    private readonly int _count = checked((int)parameter.numel());
    private float* _values;
    private float* _gradient;

    /// <summary>The zero gradient of a parameter that the loss does not reach.</summary>
    private float[] _noGradient = [];

    public string Name => name;

    public Parameter Parameter => parameter;

    /// <summary>What the optimizer steps: the parameter, or a vector that it is a part of.</summary>
    public Parameter Owner => owner ?? parameter;

    /// <summary>The place of the first value in <see cref="Owner"/>.</summary>
    public long Start => start;

    public int Count => _count;

    public IReadOnlyList<int> Shape { get; } = [.. parameter.shape.Select(size => (int)size)];

    public bool IsLayerWeight => isLayerWeight;

    public bool IsPrunable => isLayerWeight && parameter.requires_grad;

    public Span<float> Values => new(_values, _values == null ? 0 : _count);

    public Span<float> Gradient => new(_gradient, _gradient == null ? 0 : _count);

    /// <summary>Whether the spans can be had.</summary>
    public bool IsInHostMemory => parameter.device_type == DeviceType.CPU && parameter.dtype == ScalarType.Float32 && parameter.is_contiguous();

    /// <summary>Finds the tensors' memory; to be called before each use of the spans, since a backward pass may bring new gradients.</summary>
    public void FindMemory()
    {
        _values = AddressOf(parameter);
        using var gradient = parameter.grad;
        if (gradient is null)
        {
            if (_noGradient.Length == 0)
                _noGradient = GC.AllocateArray<float>(_count, pinned: true);
            _gradient = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_noGradient));
        }
        else if (gradient.is_contiguous())
        {
            _gradient = AddressOf(gradient);
        }
        else
        {
            using var contiguous = gradient.contiguous();
            parameter.grad = contiguous;
            _gradient = AddressOf(contiguous);
        }
    }

    private static float* AddressOf(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
