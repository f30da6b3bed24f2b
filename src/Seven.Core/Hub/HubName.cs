using System.Text.RegularExpressions;

namespace Seven.Hub;

/// <summary>A model's name on the hub, such as sentence-transformers/all-MiniLM-L6-v2.</summary>
internal static partial class HubName
{
    /// <summary>Whether a text has the form of a name: an owner and a model of letters, digits, dots, hyphens and underscores.</summary>
    public static bool IsName(string text) => Form().IsMatch(text) && IsPlainPath(text);

    /// <summary>Whether a path leads down only, and nowhere else.</summary>
    public static bool IsPlainPath(string path) => path.Length > 0 && !path.Contains('\\', StringComparison.Ordinal) && !path.Contains(':', StringComparison.Ordinal)
        && path.Split('/').All(part => part.Length > 0 && part != "." && part != ".." && !part.Any(char.IsControl));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$")]
    private static partial Regex Form();
}
