namespace Seven.Encoders.Inputs;

/// <summary>Images, each a class token, in some encoders a second one, and its patches.</summary>
internal sealed class PictureBatch(ImageConfiguration shape) : InputBatch<Picture>
{
    public List<ReadOnlyMemory<float>> Pixels { get; } = [];

    /// <summary>The position of each token.</summary>
    public List<int> Positions { get; } = [];

    /// <summary>0 for class tokens, and -1, no entry, for all else.</summary>
    public List<int> ClassTokens { get; } = [];

    /// <summary>0 for second tokens, and -1 for all else.</summary>
    public List<int> DistillationTokens { get; } = [];

    public override void Clear()
    {
        base.Clear();
        Pixels.Clear();
        Positions.Clear();
        ClassTokens.Clear();
        DistillationTokens.Clear();
    }

    public override void Add(Picture input) => Add(input.Pixels);

    /// <param name="pixels">[channels × height × width].</param>
    public void Add(ReadOnlyMemory<float> pixels)
    {
        int expected = shape.Channels * shape.ImageSize * shape.ImageSize;
        if (pixels.Length != expected)
            throw new ArgumentException(
                $"A picture has {pixels.Length} values; expected {shape.Channels} × {shape.ImageSize} × {shape.ImageSize} = {expected}.");
        int tokens = shape.LeadingTokens + shape.Patches;
        Layout.Add(tokens);
        Pixels.Add(pixels);
        for (int i = 0; i < tokens; i++)
        {
            Positions.Add(i);
            ClassTokens.Add(i == 0 ? 0 : -1);
            DistillationTokens.Add(i == 1 ? 0 : -1);
        }
    }
}
