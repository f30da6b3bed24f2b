using Seven.Encoders;
using Seven.Formats.Compact;

namespace Seven.Inference;

/// <summary>Saves models in 8 or 4 bits, rounded by what their layers read of some inputs.</summary>
public static class CalibratedSaving
{
    /// <summary>Saves a compact folder whose values of 8 or 4 bits are rounded by what the layers read of some texts.</summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <param name="precision"><see cref="ValuePrecision.Int8"/> or <see cref="ValuePrecision.Int4"/>.</param>
    /// <param name="calibration">Texts of the kind that will be scored, such as some hundred of those learned from.</param>
    /// <inheritdoc cref="EncoderModel{TInput}.SaveCompact(string, ValuePrecision, IReadOnlyList{TInput})" path="/remarks|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static void SaveCompact(this SparseModel model, string folder, ValuePrecision precision, IReadOnlyList<string> calibration)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(calibration);
        model.SaveCompact(folder, precision, [.. calibration.Select(text => model.Tokenize(text))]);
    }

    /// <inheritdoc cref="SaveCompact(SparseModel, string, ValuePrecision, IReadOnlyList{string})"/>
    public static void SaveCompact(this SparseModel model, string folder, ValuePrecision precision, IReadOnlyList<TokenizedText> calibration) => Save(model, folder, precision, calibration);

    /// <summary>Saves a compact folder whose values of 8 or 4 bits are rounded by what the layers read of some pictures.</summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <param name="precision"><see cref="ValuePrecision.Int8"/> or <see cref="ValuePrecision.Int4"/>.</param>
    /// <param name="calibration">Pictures of the kind that will be scored, such as some hundred of those learned from.</param>
    /// <inheritdoc cref="SaveCompact(SparseModel, string, ValuePrecision, IReadOnlyList{string})" path="/remarks|/exception"/>
    public static void SaveCompact(this SparseModel model, string folder, ValuePrecision precision, IReadOnlyList<Picture> calibration) => Save(model, folder, precision, calibration);

    private static void Save<TInput>(SparseModel model, string folder, ValuePrecision precision, IReadOnlyList<TInput> calibration)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(calibration);
        Calibration.Check(precision);
        Calibration.Check(calibration.Count);
        if (!model.Reads<TInput>())
            throw new InvalidOperationException($"The model is for {model.Task.Name}, which does not read inputs of the type {typeof(TInput).Name}.");
        using var rounded = model.Rounded(precision, observed => observed.ScoreAll(calibration));
        rounded.SaveCompact(folder, precision);
    }
}
