using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.MLNet;

namespace Microsoft.ML;

/// <summary>The precision of encoders in fitted pipelines.</summary>
public static class PrecisionExtensions
{
    /// <summary>The same pipeline whose encoders score with other numbers. The pipeline that is given stays as it is.</summary>
    /// <param name="model">A fitted pipeline, or one step of it.</param>
    /// <param name="precision">The numbers. In int8 the encoder's layers are several times as fast and a fourth of the size; no calibration data is needed.</param>
    /// <exception cref="NotSupportedException">It has no encoder of this project.</exception>
    public static ITransformer WithPrecision(this ITransformer model, Precision precision) => Converted(model, data: null, (encoder, _) => encoder.WithPrecision(precision));

    /// <summary>The same pipeline whose encoders score in int8, with weights that are rounded by what the encoders read of some rows. Their scores change less than without, at the same speed.</summary>
    /// <param name="model">A fitted pipeline, or one step of it.</param>
    /// <param name="precision"><see cref="Precision.Int8"/>.</param>
    /// <param name="calibration">Rows as the pipeline reads them, such as some hundred of those learned from (<c>mlContext.Data.TakeRows(train, 512)</c>).</param>
    /// <exception cref="ArgumentException">The precision is another, or there are no rows.</exception>
    /// <exception cref="NotSupportedException">It has no encoder of this project.</exception>
    public static ITransformer WithPrecision(this ITransformer model, Precision precision, IDataView calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        if (precision != Precision.Int8)
            throw new ArgumentException($"The precision is {precision}, for which no weight is rounded by calibration; expected {Precision.Int8}.", nameof(precision));
        return Converted(model, calibration, (encoder, data) =>
        {
            using var rounded = encoder.Rounded(ValuePrecision.Int8, data!);
            return rounded.WithPrecision(precision);
        });
    }

    /// <summary>Saves an encoder's compact folder, with values of 8 or 4 bits that are rounded by what the encoder reads of some rows.</summary>
    /// <param name="encoder">The encoder, which is not changed.</param>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <param name="precision"><see cref="ValuePrecision.Int8"/> or <see cref="ValuePrecision.Int4"/>.</param>
    /// <param name="calibration">Rows as the encoder reads them, such as some hundred of those learned from.</param>
    /// <exception cref="ArgumentException">The precision rounds no weights, or there are no rows.</exception>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public static void SaveCompact(this EncoderTransformer encoder, string folder, ValuePrecision precision, IDataView calibration)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(calibration);
        Calibration.Check(precision);
        using var rounded = encoder.Rounded(precision, calibration);
        rounded.SaveCompact(folder, precision);
    }

    /// <summary>The pipeline with other encoders in their places.</summary>
    /// <param name="model">The pipeline.</param>
    /// <param name="data">What its first step reads; <see langword="null"/> if that is not asked for.</param>
    /// <param name="convert">Makes an encoder of one, and of the rows that it reads.</param>
    private static ITransformer Converted(ITransformer model, IDataView? data, Func<EncoderTransformer, IDataView?, EncoderTransformer> convert)
    {
        var converted = new Dictionary<EncoderTransformer, EncoderTransformer>();
        var result = Convert(model, data);
        return converted.Count > 0
            ? result
            : throw new NotSupportedException($"{model.GetType().Name} holds no encoder of Seven.MLNet; expected one that Bert, BertSimilarity, BertQuestionAnswering, BertTokenClassification, VisionTransformer or EmbedText made.");

        ITransformer Convert(ITransformer step, IDataView? read) => step switch
        {
            EncoderTransformer encoder => converted.TryGetValue(encoder, out var known) ? known : converted[encoder] = convert(encoder, read),
            SevenPruneTransformer pruned => pruned.With(inner => Convert(inner, read)),
            IEnumerable<ITransformer> chain => new TransformerChain<ITransformer>([.. chain.Select(link => Next(link, ref read))]),
            _ => step,
        };

        ITransformer Next(ITransformer link, ref IDataView? read)
        {
            var made = Convert(link, read);
            read = read is null ? null : link.Transform(read);
            return made;
        }
    }
}
