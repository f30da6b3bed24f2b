using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Images;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet.Encoders.Kinds;

/// <summary>A class for an image.</summary>
internal sealed class VisionTransformerKind(VisionTransformerOptions options) : EncoderKind
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns => [PictureSource.ColumnOf(options.ImageColumnName), InputColumn.Key("label", options.LabelColumnName)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        ResultsOf(LabelValues.Placeholder(rows.First(column => column.Name == options.LabelColumnName))).Columns;

    /// <summary>The vector that permutation feature importance asks for; networks read images as well.</summary>
    public override DataViewType FeatureColumnType(EncoderConfiguration shape) => shape is VitConfiguration vit
        ? new VectorDataViewType(NumberDataViewType.Single, vit.Channels * vit.ImageSize * vit.ImageSize)
        : new ImageDataViewType();

    public override EncoderFit Fit(IDataView rows, EncoderRun run)
    {
        var labels = LabelValues.Of(rows.Schema[options.LabelColumnName]);
        if (options.ModelFolder is { } folder)
            return Train(VitClassifier.Load(folder, labels.Names, run.FineTuning.Seed), PictureNormalization.Load(folder), labels, rows, run);
        var shape = VitStart.ShapeOf(options, rows) with { Labels = labels.Names };
        return Train(new VitClassifier(shape, run.FineTuning.Seed), new PictureNormalization(), labels, rows, run);
    }

    public override EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run)
    {
        var labels = fitted.Labels!;
        var model = VitClassifier.Blank((VitConfiguration)fitted.Model.Configuration);
        fitted.Model.CopyTo(model.Parameters);
        return Train(model, (PictureSource)((EncoderScoring<Picture, float[]>)fitted.Scoring).Source, labels, rows, run);
    }

    public override EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels) => new(
        this, model, ScoringOf(new PictureSource(options, (VitConfiguration)model.Configuration, PictureNormalization.Load(folder)), labels!), labels);

    private EncoderFit Train(VitClassifier model, PictureNormalization normalization, LabelValues labels, IDataView rows, EncoderRun run) =>
        Train(model, new PictureSource(options, model.Configuration, normalization), labels, rows, run);

    private EncoderFit Train(VitClassifier model, PictureSource source, LabelValues labels, IDataView rows, EncoderRun run)
    {
        var result = run.Train(FineTuner.For(model, run.FineTuning, options.FlipImages, run.Engines), rows, Examples);
        return new EncoderFit(new EncoderTransformer(this, SparseModel.TakeOver(model), ScoringOf(source, labels), labels), result);

        PictureExamples Examples(IDataView view) => new(
            ClassExamples.Read(
                view, source.WithoutNormalization(), options.LabelColumnName, labels, (picture, label) => (new StoredPicture(picture.Pixels.Span), label), run.Host),
            source.Normalization);
    }

    private ClassColumns ResultsOf(LabelValues labels) => new(labels, options.PredictedLabelColumnName, options.ScoreColumnName);

    private EncoderScoring<Picture, float[]> ScoringOf(PictureSource source, LabelValues labels) =>
        new(source, (model, pictures) => model.Classify(pictures), ResultsOf(labels));
}
