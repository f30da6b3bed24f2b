using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace SemanticSearch.Texts;

/// <summary>A member of .NET and what its documentation says it is for.</summary>
internal sealed record MemberSummary(string Member, string Summary);

/// <summary>The summaries of an assembly's XML documentation, as the reference packs of the SDK have it.</summary>
internal static partial class MemberSummaries
{
    /// <exception cref="InvalidDataException">The file is no XML.</exception>
    public static IEnumerable<MemberSummary> Read(FileInfo file)
    {
        try
        {
            return
            [
                .. from member in XDocument.Load(file.FullName).Descendants("member")
                   let summary = Spaces().Replace(TextOf(member.Element("summary")), " ").Trim()
                   where summary.Length > 0
                   select new MemberSummary((string?)member.Attribute("name") ?? "", summary),
            ];
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException($"{file} is no XML documentation: {exception.Message}", exception);
        }
    }

    /// <summary>The words of a summary, with the short names of what it refers to.</summary>
    private static string TextOf(XElement? element) => string.Concat(element?.DescendantNodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement reference when (string?)reference.Attribute("cref") is { } name => name.Split('(')[0].Split('.')[^1],
        XElement reference => (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? "",
        _ => "",
    }) ?? []);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
