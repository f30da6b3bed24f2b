using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Export;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.MLNet.Encoders.Columns;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Saving;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet;

/// <summary>A trained encoder in a fitted pipeline. It scores by Seven.Core, without libtorch, and may be used by any number of threads at once.</summary>
/// <remarks>
/// Rows are scored as they are read, many at a time; prediction engines score one. Programs that load a saved pipeline call
/// <c>mlContext.ComponentCatalog.RegisterSeven()</c> before.
/// </remarks>
public sealed class EncoderTransformer : ISingleFeaturePredictionTransformer<SparseModel>, IDisposable
{
    private volatile SparseModel _model;

    internal EncoderTransformer(EncoderColumns columns, SparseModel model, EncoderScoring scoring, LabelValues? labels)
    {
        (Columns, _model, Scoring, Labels) = (columns, model, scoring, labels);
        FeatureColumnName = scoring.Inputs[0].Name;
        FeatureColumnType = columns.FeatureColumnType(model.Configuration);
    }

    /// <summary>The network. <c>SevenPrune</c> further down the pipeline replaces it by the pruned one.</summary>
    public SparseModel Model => _model;

    /// <summary>The column of texts or images; the first of them where there are two.</summary>
    public string FeatureColumnName { get; }

    /// <summary>The type of that column.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <summary>The epochs that were run, with loss and, if there was a validation set, the judgment on it; none for a model that was loaded.</summary>
    public IReadOnlyList<EpochSummary> History { get; internal set; } = [];

    bool ITransformer.IsRowToRowMapper => true;

    internal EncoderColumns Columns { get; }

    internal EncoderScoring Scoring { get; }

    internal LabelValues? Labels { get; }

    /// <summary>The schema after scoring.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the network reads is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        InputCheck.Check(inputSchema, Scoring.Inputs);
        return Scoring.SchemaAfter(inputSchema);
    }

    /// <summary>Scores rows, as they are read.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the network reads is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        InputCheck.Check(input.Schema, Scoring.Inputs);
        return new ScoredRows(this, input);
    }

    /// <summary>Saves a Hugging Face folder with pruned matrices as bitmasks, and with vocabulary or normalization: <see cref="SparseModel.Load"/> reads it, and a trainer can start from it.</summary>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <param name="precision">How kept weights are stored. Default float32, which loses nothing.</param>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveCompact(string folder, ValuePrecision precision = ValuePrecision.Float32)
    {
        Model.SaveCompact(folder, precision);
        Scoring.Save(folder);
    }

    /// <summary>Writes an ONNX file, and the tokenizer's or the preprocessor's files beside it.</summary>
    /// <inheritdoc cref="OnnxExport.SaveOnnx(SparseModel, string, Precision, bool)" path="/param|/remarks|/exception"/>
    public void SaveOnnx(string path, Precision precision = Precision.Float32, bool useContribOperators = false)
    {
        Model.SaveOnnx(path, precision, useContribOperators);
        Scoring.Save(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>The same transformer that scores with other numbers, in memory of its own. Saved as a model, it keeps them.</summary>
    /// <param name="precision">The numbers. In int8 the encoder's layers are several times as fast and a fourth of the size; no calibration data is needed.</param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public EncoderTransformer WithPrecision(Precision precision) => new(Columns, Model.WithPrecision(precision), Scoring, Labels) { History = History };

    /// <summary>The same transformer in float32, whose weights are rounded to 8 or 4 bits by what the network reads of some rows.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    internal EncoderTransformer Rounded(ValuePrecision precision, IDataView calibration)
    {
        InputCheck.Check(calibration.Schema, Scoring.Inputs);
        var rounded = Model.Rounded(precision, observed => Calibration.Check(Scoring.ScoreAll(observed, calibration)));
        return new EncoderTransformer(Columns, rounded, Scoring, Labels) { History = History };
    }

    /// <summary>Gives the network's memory back.</summary>
    public void Dispose() => Model.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        InputCheck.Check(inputSchema, Scoring.Inputs);
        return new EncoderRowMapper(this, inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => EncoderFile.Save(ctx, this);

    /// <summary>Scores with another network of the same shape from the next call on.</summary>
    /// <remarks>The network before is not disposed: other threads may be scoring with it. Its memory is managed, and is collected after the last of their calls.</remarks>
    internal void Replace(SparseModel model) => _model = model;
}
