using Microsoft.ML;
using Seven.Encoders;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Text;

/// <summary>The start of a text encoder: its shape and its tokenizer, from a folder or from scratch.</summary>
/// <param name="Shape">The network's shape.</param>
/// <param name="Tokenizer">What makes tokens of texts.</param>
internal sealed record TextStart(TextConfiguration Shape, TextTokenizer Tokenizer)
{
    /// <exception cref="InvalidDataException">The folder is damaged or of another architecture, or its vocabulary is not the network's.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static TextStart Of(BertTrainerOptions options, IDataView rows, params IEnumerable<string> textColumns)
    {
        if (options.ModelFolder is { } folder)
            return FromFolder(folder);
        var vocabulary = options.VocabularyFile is { } file ? Vocabulary.FromLines(file, options.LowerCase) : Learn(options, rows, [.. textColumns]);
        var (layers, hidden, heads) = ShapeOf(options.Size);
        return new TextStart(
            new TextConfiguration { VocabularySize = vocabulary.Tokens.Length, Layers = layers, HiddenSize = hidden, Heads = heads, IntermediateSize = 4 * hidden },
            new WordPieceTokenizer(vocabulary));
    }

    public static TextStart FromFolder(string folder)
    {
        var shape = EncoderFolder.Open(folder).Configuration as TextConfiguration
            ?? throw new InvalidDataException($"{folder} holds a network that reads images; expected one that reads texts.");
        return new TextStart(shape, TokenizerFolder.Read(folder, shape));
    }

    /// <summary>Layers, features and heads.</summary>
    public static (int Layers, int Hidden, int Heads) ShapeOf(EncoderSize size) => size switch
    {
        EncoderSize.Tiny => (2, 128, 2),
        EncoderSize.Mini => (4, 256, 4),
        _ => (4, 512, 8),
    };

    /// <summary>Tokens of an input: what the options say, as far as the network reads.</summary>
    public int MaximumTokens(BertTrainerOptions options, int? otherwise = null) => Math.Min(options.MaximumTokens ?? otherwise ?? int.MaxValue, Shape.MaximumTokens);

    private static Vocabulary Learn(BertTrainerOptions options, IDataView rows, string[] textColumns)
    {
        var learner = new VocabularyLearner(options.LowerCase);
        var columns = textColumns.Select(name => rows.Schema[name]).ToList();
        using var cursor = rows.GetRowCursor(columns);
        var getters = columns.Select(column => cursor.GetGetter<ReadOnlyMemory<char>>(column)).ToList();
        var text = default(ReadOnlyMemory<char>);
        while (cursor.MoveNext())
        {
            foreach (var getter in getters)
            {
                getter(ref text);
                learner.Add(text.Span);
            }
        }

        return learner.Learn(options.VocabularySize);
    }
}
