using Microsoft.ML;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Where in a row an encoder finds what it reads, and what is made of it.</summary>
/// <typeparam name="TRow">What is made of a row.</typeparam>
internal abstract class InputSource<TRow>
    where TRow : class
{
    /// <summary>The columns read, the main one first.</summary>
    public abstract IReadOnlyList<InputColumn> Columns { get; }

    /// <summary>Columns that are only read where they are, for messages.</summary>
    public virtual IReadOnlyList<string> OptionalColumns => [];

    /// <summary>What reads the row at which a cursor stands; it gives <see langword="null"/> for one that is left out.</summary>
    /// <param name="row">Where the cursor stands.</param>
    /// <param name="onCut">Called for each row that is cut because it is too long.</param>
    /// <exception cref="InvalidDataException">Reading: the row cannot be used.</exception>
    public abstract Func<TRow?> Reader(DataViewRow row, Action? onCut = null);

    /// <summary>What texts are tokenized with; <see langword="null"/> where none are.</summary>
    public virtual TextTokenizer? Tokenizer => null;

    /// <summary>Writes what a Hugging Face folder says of it: vocabulary, normalization.</summary>
    public abstract void Save(string folder);
}
