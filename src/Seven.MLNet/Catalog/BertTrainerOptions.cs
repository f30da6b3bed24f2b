using System.Text.Json.Serialization;

namespace Seven.MLNet;

/// <summary>The common options of BERT's trainers.</summary>
public abstract record BertTrainerOptions : EncoderTrainerOptions
{
    private protected BertTrainerOptions()
    {
    }

    /// <summary>A WordPiece vocabulary, one token a line, for a network trained from scratch. Default <see langword="null"/>: one is learned from the training texts.
    /// A model folder has its own.</summary>
    [JsonIgnore]
    public string? VocabularyFile { get; init; }

    /// <summary>Entries of a vocabulary that is learned. Default 8,000: most words of a corpus of some 100,000 sentences, the others in pieces.</summary>
    [JsonIgnore]
    public int VocabularySize { get; init; } = 8000;

    /// <summary>Whether texts are read in lower case and without accents, from scratch. Default true, as in BERT's uncased models; a model folder contains its own setting.</summary>
    [JsonIgnore]
    public bool LowerCase { get; init; } = true;

    /// <summary>Longest input in tokens, special ones included; the longer text of a pair is cut first. Default <see langword="null"/>: what the network reads, by custom 512.
    /// Short texts cost nothing extra, since there is no padding.</summary>
    public int? MaximumTokens { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Require.AtLeast(VocabularySize, 64, nameof(VocabularySize));
        Require.InRange(MaximumTokens, 8, 1 << 20, inclusiveEnd: true, nameof(MaximumTokens));
        if (VocabularyFile is not null && ModelFolder is not null)
            throw new ArgumentException("VocabularyFile and ModelFolder are both set; expected one, since a model folder has a vocabulary of its own.");
    }
}
