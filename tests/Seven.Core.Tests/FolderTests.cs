using System.Text.RegularExpressions;

namespace Seven.Tests;

/// <summary>Folders of the engine depend on each other in one direction, and each file is in the namespace of its folder.</summary>
[TestClass]
public sealed partial class FolderTests
{
    /// <summary>Each folder may use those before it.</summary>
    private static readonly string[] s_order = ["Numerics", "Weights", "Formats", "Hub", "Metrics", "Reports", "Pruning", "Encoders", "Tokens", "Training", "Inference", "Export", "Goals"];

    private static readonly string s_source = Path.GetFullPath(Path.Combine(TestFolders.Tests, "..", "src", "Seven.Core"));

    [TestMethod]
    public void No_folder_uses_one_that_uses_it()
    {
        var faults = Files().SelectMany(file => FaultsOf(FolderOf(file), File.ReadAllText(file)).Select(fault => $"{file}: {fault}")).ToList();
        Assert.HasCount(0, faults, string.Join('\n', faults));
    }

    [TestMethod]
    public void A_circle_would_be_found()
    {
        Assert.HasCount(1, FaultsOf("Weights", "using System;\nusing Seven.Encoders.Layers;\n\nnamespace Seven.Weights;\n"));
        Assert.HasCount(1, FaultsOf("Numerics", "namespace Seven.Numerics;\n\nclass A { Training.Trainer t; }"));
        Assert.HasCount(1, FaultsOf("Pruning", "namespace Seven.Pruning;\n\n/// <see cref=\"Training.Trainer\"/>\nclass A { global::Seven.Training.Trainer t; }"));
        Assert.HasCount(0, FaultsOf("Training", "using Seven.Encoders;\n\nnamespace Seven.Training;\n\nclass A { Weights.Parameter p; }"));
    }

    /// <summary>What users type lies in the root namespace and leans on all else, so it is left out.</summary>
    [TestMethod]
    [DataRow("Seven.MLNet")]
    [DataRow("Seven.TorchSharp")]
    public void No_namespace_of_the_other_packages_uses_one_that_uses_it(string package)
    {
        string source = Path.GetFullPath(Path.Combine(s_source, "..", package));
        var circle = CircleIn(Files(source).Select(File.ReadAllText), package);
        Assert.IsNull(circle, $"{circle} uses itself by way of others");
    }

    [TestMethod]
    public void A_circle_of_namespaces_would_be_found()
    {
        string[] sources = ["using P.B;\nnamespace P.A;\n", "using P.C.D;\nnamespace P.B;\n", "using P.A;\nnamespace P.C.D;\n"];
        Assert.IsNotNull(CircleIn(sources, "P"));
        Assert.IsNull(CircleIn(sources[..2], "P"));
    }

    [TestMethod]
    public void The_folders_are_those_that_the_order_names() => CollectionAssert.AreEquivalent(s_order, Files().Select(FolderOf).Distinct().Where(folder => folder.Length > 0).ToArray());

    [TestMethod]
    public void Each_file_is_in_the_namespace_of_its_folder()
    {
        foreach (string file in Files())
        {
            string folder = Path.GetRelativePath(s_source, Path.GetDirectoryName(file)!);
            string expected = folder == "." ? "Seven" : $"Seven.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
            string found = Namespace().Match(File.ReadAllText(file)).Groups[1].Value;
            // A folder may be a part of the namespace above it, as Numerics/Simd is for ILanes.
            Assert.IsTrue(found == expected || expected.StartsWith(found + ".", StringComparison.Ordinal), $"{file} is in {found}; expected {expected}");
        }
    }

    /// <summary>A namespace from which usings lead back to it; <see langword="null"/> if there is none.</summary>
    private static string? CircleIn(IEnumerable<string> sources, string root)
    {
        var uses = sources
            .Select(source => (Name: Namespace().Match(source).Groups[1].Value, Others: AnyUsing().Matches(source).Select(match => match.Groups[1].Value)))
            .SelectMany(file => file.Others.Where(other => other.StartsWith(root + ".", StringComparison.Ordinal) && other != file.Name).Select(other => (file.Name, Other: other)))
            .ToLookup(use => use.Name, use => use.Other);
        return uses.Select(group => group.Key).FirstOrDefault(start => Reached(start).Contains(start));

        HashSet<string> Reached(string from)
        {
            var reached = new HashSet<string>();
            var open = new Stack<string>(uses[from]);
            while (open.TryPop(out string? next))
                if (reached.Add(next))
                    foreach (string other in uses[next])
                        open.Push(other);
            return reached;
        }
    }

    private static IEnumerable<string> Files() => Files(s_source);

    private static IEnumerable<string> Files(string source) => Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"));

    private static string FolderOf(string file) => Path.GetRelativePath(s_source, file).Split(Path.DirectorySeparatorChar) is { Length: > 1 } parts ? parts[0] : "";

    private static List<string> FaultsOf(string folder, string source)
    {
        string code = Comment().Replace(source, "");
        var used = Using().Matches(code).Concat(Qualified().Matches(code)).Select(match => match.Groups[1].Value).Distinct();
        return [.. used.Where(other => Array.IndexOf(s_order, other) > Array.IndexOf(s_order, folder) && other != folder && folder.Length > 0)
            .Select(other => $"{folder} uses {other}; expected only {string.Join(", ", s_order.TakeWhile(name => name != folder))}")];
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static )?Seven\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex AnyUsing();

    /// <summary>A folder's name before a type's: with the root namespace or without.</summary>
    [GeneratedRegex(@"(?<![\w.])(?:global::Seven\.|Seven\.)?(Numerics|Weights|Formats|Metrics|Reports|Pruning|Encoders|Tokens|Training|Inference)\.[A-Z]\w*[ <.?(\[]")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"//.*|""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Comment();
}
