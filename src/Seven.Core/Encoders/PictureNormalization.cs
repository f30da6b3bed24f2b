using System.Numerics.Tensors;


namespace Seven.Encoders;

/// <summary>Normalization of pixels, as Hugging Face's <c>preprocessor_config.json</c> describes it: (pixel · scale - mean) / deviation.</summary>
public sealed record PictureNormalization
{
    /// <summary>The factor of each pixel, 0 to 255. Default 1/255.</summary>
    public double Scale { get; init; } = 1 / 255.0;

    /// <summary>The value subtracted from each scaled pixel, by channel in the order red, green, blue. Default ½, as in Google's ViT.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>The divisor of the difference, by channel. Default ½, as in Google's ViT.</summary>
    public IReadOnlyList<double> Deviation { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>Reads <c>preprocessor_config.json</c>.</summary>
    /// <param name="folder">A Hugging Face folder.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static PictureNormalization Load(string folder) => PreprocessorFile.Read(folder);

    /// <summary>Writes <c>preprocessor_config.json</c>.</summary>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <param name="imageSize">Height and width of an image in pixels.</param>
    /// <exception cref="IOException">It could not be written; an older one is unchanged.</exception>
    public void Save(string folder, int imageSize) => PreprocessorFile.Write(folder, this, imageSize);

    /// <summary>Normalizes an image.</summary>
    /// <param name="pixels">0 to 255, [channels × height × width]; it is changed in place.</param>
    /// <exception cref="ArgumentException">The channels do not divide the number of values, or have not a mean and a deviation each.</exception>
    public void Apply(Span<float> pixels)
    {
        if (Mean.Count == 0 || pixels.Length % Mean.Count != 0)
            throw new ArgumentException($"There are {pixels.Length} values; expected a multiple of {Mean.Count} channels.");
        if (Deviation.Count != Mean.Count)
            throw new ArgumentException($"{nameof(Mean)} has {Mean.Count} values and {nameof(Deviation)} {Deviation.Count}; expected as many, one for each channel.");
        int plane = pixels.Length / Mean.Count;
        for (int channel = 0; channel < Mean.Count; channel++)
        {
            var values = pixels.Slice(channel * plane, plane);
            TensorPrimitives.Multiply(values, (float)(Scale / Deviation[channel]), values);
            TensorPrimitives.Add(values, (float)(-Mean[channel] / Deviation[channel]), values);
        }
    }
}
