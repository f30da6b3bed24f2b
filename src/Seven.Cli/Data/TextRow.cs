namespace Seven.Cli.Data;

/// <summary>A row of data.</summary>
/// <param name="Text">The text.</param>
/// <param name="Second">The second text of a pair; <see langword="null"/> for none.</param>
/// <param name="Label">What the file says of it; <see langword="null"/> where the file has no labels.</param>
internal sealed record TextRow(string Text, string? Second, string? Label);
