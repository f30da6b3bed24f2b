using Microsoft.ML;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Reads an encoder's inputs from the columns of a row.</summary>
/// <typeparam name="TRow">The input that a row becomes.</typeparam>
internal abstract class InputSource<TRow>
    where TRow : class
{
    /// <summary>The columns read, the main one first.</summary>
    public abstract IReadOnlyList<InputColumn> Columns { get; }

    /// <summary>Columns that are only read where they are, for messages.</summary>
    public virtual IReadOnlyList<string> OptionalColumns => [];

    /// <summary>Returns a function that reads a cursor's current row; it returns <see langword="null"/> for a row that is left out.</summary>
    /// <param name="row">The cursor's current row.</param>
    /// <param name="onCut">Called for each row that is cut because it is too long.</param>
    /// <exception cref="InvalidDataException">Reading: the row cannot be used.</exception>
    public abstract Func<TRow?> Reader(DataViewRow row, Action? onCut = null);

    /// <summary>The tokenizer; <see langword="null"/> if no texts are read.</summary>
    public virtual TextTokenizer? Tokenizer => null;

    /// <summary>Writes what a Hugging Face folder says of it: vocabulary, normalization.</summary>
    public abstract void Save(string folder);
}
