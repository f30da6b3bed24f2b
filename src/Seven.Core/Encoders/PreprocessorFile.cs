using Seven.Formats;
using Seven.Formats.HuggingFace;

namespace Seven.Encoders;

/// <summary><c>preprocessor_config.json</c>: what is done to an image before a ViT reads it.</summary>
internal static class PreprocessorFile
{
    public static string PathIn(string folder) => Path.Combine(folder, "preprocessor_config.json");

    public static PictureNormalization Read(string folder)
    {
        string path = PathIn(folder);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder} has no preprocessor_config.json; expected one with image_mean and image_std, as Hugging Face's image models have.", path);
        return HuggingFaceFolder.ReadJson(path, json =>
        {
            var plain = new PictureNormalization();
            bool rescales = json.Flag("do_rescale", true), normalizes = json.Flag("do_normalize", true);
            var mean = json.Numbers("image_mean", plain.Mean);
            var deviation = json.Numbers("image_std", plain.Deviation);
            if (mean.Count != deviation.Count || mean.Count == 0)
                throw new InvalidDataException($"{path}: image_mean has {mean.Count} values and image_std {deviation.Count}; expected as many, one for each channel.");
            if (deviation.Any(value => !(value > 0)))
                throw new InvalidDataException($"{path}: image_std has {string.Join(", ", deviation)}; expected values above 0.");
            return new PictureNormalization
            {
                Scale = rescales ? json.Number("rescale_factor", plain.Scale) : 1,
                Mean = normalizes ? mean : [.. mean.Select(_ => 0.0)],
                Deviation = normalizes ? deviation : [.. mean.Select(_ => 1.0)],
            };
        });
    }

    public static void Write(string folder, PictureNormalization normalization, int imageSize)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteJson(PathIn(folder), json =>
        {
            json.WriteStartObject();
            json.WriteString("image_processor_type", "ViTImageProcessor");
            json.WriteBoolean("do_resize", true);
            json.WriteStartObject("size");
            json.WriteNumber("height", imageSize);
            json.WriteNumber("width", imageSize);
            json.WriteEndObject();
            json.WriteBoolean("do_rescale", true);
            json.WriteNumber("rescale_factor", normalization.Scale);
            json.WriteBoolean("do_normalize", true);
            WriteNumbers("image_mean", normalization.Mean);
            WriteNumbers("image_std", normalization.Deviation);
            json.WriteEndObject();

            void WriteNumbers(string key, IReadOnlyList<double> values)
            {
                json.WriteStartArray(key);
                foreach (double value in values)
                    json.WriteNumberValue(value);
                json.WriteEndArray();
            }
        });
    }
}
