using System.Numerics.Tensors;

namespace Seven.MLNet.Encoders.Images;

/// <summary>An image before it is normalized, in as little memory as holds it without loss: whole numbers up to 255, as cameras give them, take a byte each.</summary>
internal sealed class StoredPicture
{
    private readonly byte[]? _bytes;
    private readonly float[]? _values;

    /// <param name="planes">0 to 255, [channels × height × width].</param>
    public StoredPicture(ReadOnlySpan<float> planes)
    {
        var bytes = new byte[planes.Length];
        TensorPrimitives.ConvertSaturating<float, byte>(planes, bytes);
        if (FloatsOf(bytes).AsSpan().SequenceEqual(planes))
            _bytes = bytes;
        else
            _values = [.. planes];
    }

    /// <summary>Whether a byte holds each value.</summary>
    public bool IsInBytes => _bytes is not null;

    /// <summary>A copy of the values, [channels × height × width].</summary>
    public float[] Planes() => _bytes is null ? [.. _values!] : FloatsOf(_bytes);

    private static float[] FloatsOf(byte[] bytes)
    {
        var values = new float[bytes.Length];
        TensorPrimitives.ConvertTruncating<byte, float>(bytes, values);
        return values;
    }
}
