using System.Security.Cryptography;
using Seven.Formats.HuggingFace;

namespace Seven.Training;

/// <summary>A model that another one learns from.</summary>
public sealed record Teacher
{
    private Teacher(string folder) => Folder = folder;

    /// <summary>The Hugging Face folder that it is read from.</summary>
    public string Folder { get; }

    /// <summary>A model in a Hugging Face folder, dense or compact: of the same task, with the same labels, and reading the same inputs. Its size and its architecture may differ.</summary>
    /// <param name="folder">The folder, with <c>config.json</c> and <c>model.safetensors</c>.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    public static Teacher From(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new Teacher(folder);
    }

    /// <summary>What identifies it wherever it lies: a hash of its weights' file.</summary>
    internal string Identity()
    {
        using var file = File.OpenRead(HuggingFaceFolder.WeightsPath(Folder));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
