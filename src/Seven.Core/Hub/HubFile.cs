using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Seven.Hub;

/// <summary>A file of a model as the hub announces it.</summary>
/// <param name="Path">Its path in the model.</param>
/// <param name="Hash">SHA-256 of its bytes for large files, git's SHA-1 of a blob for others, in hexadecimal digits.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Address">Where its bytes are.</param>
internal sealed record HubFile(string Path, string Hash, long Size, Uri Address)
{
    private const int DigitsOfSha256 = 64;
    private const int DigitsOfSha1 = 40;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is a hash, and so can be the name of a file.</summary>
    public static bool IsHash(string text) => text.Length is DigitsOfSha1 or DigitsOfSha256 && !text.AsSpan().ContainsAnyExcept(s_digits);

    /// <summary>Whether the bytes of a file are those that were announced.</summary>
    public bool IsSame(string file)
    {
        using var stream = File.OpenRead(file);
        if (stream.Length != Size)
            return false;
        byte[] found = Hash.Length == DigitsOfSha256 ? SHA256.HashData(stream) : GitHash(stream);
        return Convert.ToHexStringLower(found) == Hash;
    }

    /// <summary>Git's hash of a file; it guards against mistakes, not against attacks, for which git has nothing else.</summary>
    private static byte[] GitHash(FileStream stream)
    {
#pragma warning disable CA5350 // The hub names small files by it.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer.AsSpan(0, read));
        return hash.GetHashAndReset();
    }
}
