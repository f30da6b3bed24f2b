namespace Seven.Tokens;

/// <summary>A token of a text with the range of its characters.</summary>
/// <param name="Id">The token's number.</param>
/// <param name="Start">The first character of the text, in UTF-16 units.</param>
/// <param name="End">The character after the last one.</param>
internal readonly record struct PlacedToken(int Id, int Start, int End);
