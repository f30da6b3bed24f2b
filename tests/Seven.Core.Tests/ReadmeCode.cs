namespace Seven.Tests;

/// <summary>Compares the README's code with code that a test has run.</summary>
internal static class ReadmeCode
{
    /// <summary>Fails unless the README shows the code in a source file between the comments "README begins" and "README ends".</summary>
    /// <param name="source">The file, from the folder of all tests.</param>
    public static void AssertShown(params string[] source)
    {
        string text = File.ReadAllText(Path.Combine([TestFolders.Tests, .. source]));
        string readme = File.ReadAllText(Path.Combine(TestFolders.Tests, "..", "README.md"));
        const string Begin = "// README begins\n";
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf("        // README ends", StringComparison.Ordinal);
        string code = string.Join('\n', text[start..end].TrimEnd().Split('\n').Select(line => line.Length > 8 ? line[8..] : ""));
        Assert.Contains($"```csharp\n{code}\n```", readme);
    }
}
