using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Seven.Weights;

/// <summary>A hash by which a model's weights are known again, wherever they came from.</summary>
internal static class WeightsHash
{
    public static string Of(IReadOnlyList<Parameter> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in parameters)
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
