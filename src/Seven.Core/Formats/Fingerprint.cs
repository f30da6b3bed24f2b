using System.Text;
using System.Text.Json;

namespace Seven.Formats;

/// <summary>The identity of something saved: a versioned JSON object of all that must be the same when it is read again, independent of the thread's culture.</summary>
internal sealed class Fingerprint
{
    private const string VersionKey = "version";

    private readonly int _version;

    /// <param name="version">Grows when members are added or change their meaning.</param>
    /// <param name="writeMembers">Writes the members of the object.</param>
    public Fingerprint(int version, Action<Utf8JsonWriter> writeMembers)
    {
        _version = version;
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber(VersionKey, version);
            writeMembers(json);
            json.WriteEndObject();
        }

        Json = Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The JSON object.</summary>
    public string Json { get; }

    /// <summary>Compares with what a file holds.</summary>
    /// <param name="found">The file's text; <see langword="null"/> if it has none.</param>
    /// <param name="what">What the file is, as the start of a sentence: its path and kind.</param>
    /// <exception cref="InvalidDataException">The texts differ. The message names the first member that does, and both values.</exception>
    public void Require(string? found, string what)
    {
        if (found == Json)
            return;
        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.Parse(found ?? "");
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{what} and does not say of which run in a form that is known here; expected version {_version}. It may have been written by an older release.");
        }

        using (parsed)
        {
            using var expected = JsonDocument.Parse(Json);
            if (Difference(parsed.RootElement, expected.RootElement, "") is { } difference)
                throw new InvalidDataException($"{what} of another run: {difference}.");
        }
    }

    /// <summary>The first member that differs, with both values.</summary>
    private static string? Difference(JsonElement found, JsonElement expected, string member)
    {
        if (found.ValueKind != JsonValueKind.Object || expected.ValueKind != JsonValueKind.Object)
            return found.GetRawText() == expected.GetRawText() ? null : $"{member} is {found.GetRawText()}; expected {expected.GetRawText()}";

        string prefix = member.Length == 0 ? "" : member + ".";
        foreach (var property in expected.EnumerateObject())
        {
            if (!found.TryGetProperty(property.Name, out var other))
                return $"{prefix}{property.Name} is missing; expected {property.Value.GetRawText()}";
            if (Difference(other, property.Value, prefix + property.Name) is { } difference)
                return difference;
        }

        foreach (var property in found.EnumerateObject())
            if (!expected.TryGetProperty(property.Name, out _))
                return $"{prefix}{property.Name} is {property.Value.GetRawText()}; expected no such member";
        return null;
    }
}
