using System.Xml.Linq;

namespace NamedEntities;

/// <summary>A sentence of .NET's documentation, its words divided by spaces, each with a label.</summary>
internal sealed class Mention
{
    public string Sentence1 { get; set; } = "";

    public string[] Label { get; set; } = [];
}

/// <summary>Sentences to learn from, and to judge by.</summary>
internal sealed record Mentions(IReadOnlyList<Mention> Train, IReadOnlyList<Mention> Test);

/// <summary>Sentences in which the writers of .NET's documentation marked names of types and of members: data that lies on every machine with the SDK.</summary>
internal static class TypeMentions
{
    /// <summary>All labels, in the IOB2 scheme.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["O", "B-TYPE", "B-MEMBER"];

    /// <summary>The sentences of a folder, to learn from and, others, to judge by.</summary>
    /// <exception cref="InvalidDataException">The folder has too few of them.</exception>
    public static Mentions ReadAll(DirectoryInfo folder, int rows)
    {
        Mention[] all = [.. folder.EnumerateFiles("*.xml").OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(Read).DistinctBy(mention => mention.Sentence1)];
        if (all.Length < 20)
            throw new InvalidDataException($"{folder} has {all.Length} sentences with names of types; expected a folder of XML documentation such as packs/Microsoft.NETCore.App.Ref/<version>/ref/<framework> of the SDK.");
        new Random(1).Shuffle(all);
        int count = Math.Min(rows, all.Length * 9 / 10);
        return new Mentions(all[..count], all[count..Math.Min(all.Length, count + 2000)]);
    }

    /// <summary>The summaries of a file of documentation that mention a type or a member.</summary>
    public static IEnumerable<Mention> Read(FileInfo file) =>
        XDocument.Load(file.FullName).Descendants("summary").Select(Of).Where(mention => mention.Label.Any(label => label != "O"));

    private static Mention Of(XElement summary)
    {
        var (words, labels) = (new List<string>(), new List<string>());
        foreach (var node in summary.Nodes())
        {
            if (node is XText text)
                Add(text.Value, "O");
            else if (node is XElement element && (string?)element.Attribute("cref") is { Length: > 2 } name)
                Add(name.Split('(')[0].Split('.')[^1].Split('`')[0].Replace('#', ' '), name[0] == 'T' ? "B-TYPE" : "B-MEMBER");
            else if (node is XElement other)
                Add((string?)other.Attribute("name") ?? (string?)other.Attribute("langword") ?? other.Value, "O");
        }

        return new Mention { Sentence1 = string.Join(' ', words), Label = [.. labels] };

        void Add(string part, string label)
        {
            foreach (string word in part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                words.Add(word);
                labels.Add(label);
            }
        }
    }
}
