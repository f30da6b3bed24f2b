namespace Seven.Tokens;

/// <summary>RoBERTa's tokenizer out of <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class BytePairFiles
{
    private static readonly string[] s_special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    /// <exception cref="FileNotFoundException">There are no merges.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or lacks a token.</exception>
    public static BytePairTokenizer Read(string folder, bool hasSegments)
    {
        string pieces = Path.Combine(folder, TokenizerFiles.Pieces), merges = Path.Combine(folder, TokenizerFiles.Merges);
        if (!File.Exists(merges))
            throw new FileNotFoundException($"{folder} has vocab.json without merges.txt; expected both, as RoBERTa's folders have.", merges);
        var vocabulary = TokenizerJson.Read(pieces, Vocabulary);
        foreach (string needed in (string[])["<s>", "</s>", "<unk>"])
            if (!vocabulary.ContainsKey(needed))
                throw new InvalidDataException($"{pieces} has {vocabulary.Count} tokens without {needed}; expected a vocabulary of RoBERTa's.");
        // White space before <mask> is part of it, as in Hugging Face's RoBERTa.
        var added = s_special.Where(vocabulary.ContainsKey).Select(token => new AddedToken(token, vocabulary[token], TakesSpaceBefore: token == "<mask>"));
        var lines = File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        bool addsSpace = TokenizerSettings.Flag(folder, "add_prefix_space", missing: false);
        try
        {
            return new BytePairTokenizer(
                vocabulary, [.. lines], "<unk>", new BytePairRules(Form: null, addsSpace), TokenFrame.Roberta(vocabulary["<s>"], vocabulary["</s>"]), [.. added],
                TokenizerFiles.Read(folder))
            {
                HasSegments = hasSegments,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{merges}: {exception.Message} Expected pairs of tokens of {TokenizerFiles.Pieces}, divided by a space, one a line.", exception);
        }
    }

    /// <summary>Tokens with their numbers, each number once.</summary>
    public static IReadOnlyDictionary<string, int> Vocabulary(TokenizerJson json)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbers = new HashSet<int>();
        foreach (var (token, value) in json.Members())
            if (value.Number() is var number && (number < 0 || !numbers.Add(number) || !vocabulary.TryAdd(token, number)))
                throw new InvalidDataException($"{json.Path} gives '{token}' the number {number}, which is negative or taken; expected each token and each number once.");
        return vocabulary.Count > 0 ? vocabulary : throw new InvalidDataException($"{json.Path} has no tokens; expected an object of numbers by token.");
    }
}
