using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace QuickStart.Data;

/// <summary>Real text that every machine with the .NET SDK has: the member summaries of the reference packs, labeled by area of the framework.</summary>
internal static partial class ReferenceDocumentation
{
    private const int FewestWords = 4;

    private static readonly string[] Areas =
    [
        "Collections", "ComponentModel", "Data", "Diagnostics", "IO", "Net", "Reflection", "Security", "Text", "Threading", "Xml",
    ];

    /// <summary>Distinct summaries of four words or more that occur in one area only.</summary>
    /// <exception cref="DirectoryNotFoundException">The SDK's reference packs are not where they should be.</exception>
    public static List<Sentence> Read()
    {
        var areasOf = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (string file in Files())
            foreach (var (area, summary) in Summaries(file))
            {
                if (!areasOf.TryGetValue(summary, out var areas))
                    areasOf[summary] = areas = [];
                areas.Add(area);
            }

        return [.. areasOf.Where(entry => entry.Value.Count == 1).Select(entry => new Sentence { Text = entry.Key, Label = entry.Value.Single() })];
    }

    private static List<string> Files()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string packs = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs"));
        var files = Directory.Exists(packs)
            ? Directory.EnumerateDirectories(packs, "*.Ref").SelectMany(pack => Directory.EnumerateFiles(pack, "*.xml", SearchOption.AllDirectories))
                .Where(file => file.Contains($"{Path.DirectorySeparatorChar}ref{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).ToList()
            : [];
        return files.Count > 0 ? files : throw new DirectoryNotFoundException(
            $"There are no reference packs with documentation in {packs}; expected those of the .NET SDK. Use --data with a file of your own.");
    }

    private static IEnumerable<(string Area, string Summary)> Summaries(string file)
    {
        using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        while (reader.ReadToFollowing("member"))
        {
            string? area = AreaOf(reader.GetAttribute("name") ?? "");
            if (area is null || !reader.ReadToDescendant("summary"))
                continue;
            using var summary = reader.ReadSubtree();
            string text = PlainText(summary);
            if (text.Split(' ').Length >= FewestWords)
                yield return (area, text);
        }
    }

    /// <summary>"Net" of "M:System.Net.Http.HttpClient.#ctor"; null outside the areas.</summary>
    private static string? AreaOf(string member)
    {
        string[] parts = member.Split('.', 3);
        return parts.Length == 3 && parts[0].EndsWith(":System", StringComparison.Ordinal) && Areas.Contains(parts[1]) ? parts[1] : null;
    }

    /// <summary>The text with references replaced by the last part of their names, as documentation shows them.</summary>
    private static string PlainText(XmlReader reader)
    {
        var text = new StringBuilder();
        while (reader.Read())
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                text.Append(reader.Value);
            else if (reader.NodeType == XmlNodeType.Element)
                text.Append(' ').Append(ReferenceName(reader)).Append(' ');
        }

        return WhiteSpace().Replace(text.ToString(), " ").Trim();
    }

    private static string ReferenceName(XmlReader element)
    {
        string name = element.GetAttribute("cref") ?? element.GetAttribute("langword") ?? element.GetAttribute("name") ?? "";
        string withoutParameters = name.Split('(')[0].Split('`')[0];
        return withoutParameters[(withoutParameters.LastIndexOfAny(['.', ':']) + 1)..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
