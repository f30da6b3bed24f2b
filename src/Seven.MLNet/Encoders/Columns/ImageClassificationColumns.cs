using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.MLNet.Encoders.Images;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>A class for an image.</summary>
internal sealed class ImageClassificationColumns(VisionTransformerOptions options) : EncoderColumns<Picture, Picture, LabeledPicture, float[], float[]>
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns => [PictureSource.ColumnOf(options.ImageColumnName), InputColumn.Key("label", options.LabelColumnName)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        ResultsOf(LabelValues.Placeholder(rows.First(column => column.Name == options.LabelColumnName))).Columns;

    /// <summary>The vector that permutation feature importance asks for; networks read images as well.</summary>
    public override DataViewType FeatureColumnType(EncoderConfiguration shape) => shape is ImageConfiguration image
        ? new VectorDataViewType(NumberDataViewType.Single, image.Channels * image.ImageSize * image.ImageSize)
        : new ImageDataViewType();

    protected override LabelValues LabelsOf(DataViewSchema schema) => LabelValues.Of(schema[options.LabelColumnName]);

    protected override ImageClassificationTask TaskFor(LabelValues? labels) => EncoderTasks.ImageClassification(labels!.Names, options.FlipImages);

    protected override (EncoderConfiguration, InputSource<Picture>) Start(IDataView rows)
    {
        if (options.ModelFolder is { } folder)
        {
            var saved = EncoderFolder.Open(folder, EncoderTasks.ImageClassification()).Configuration;
            return (saved, SourceIn(folder, saved));
        }

        var shape = ImageStart.ShapeOf(options, rows);
        return (shape, new PictureSource(options, shape, new PictureNormalization()));
    }

    protected override InputSource<Picture> SourceIn(string folder, EncoderConfiguration shape) =>
        new PictureSource(options, (ImageConfiguration)shape, PictureNormalization.Load(folder));

    protected override IReadOnlyList<LabeledPicture> Examples(IDataView rows, InputSource<Picture> source, LabelValues? labels, ReadingRun run)
    {
        var pictures = (PictureSource)source;
        return new PictureExamples(
            ClassExamples.Read(
                rows, pictures.WithoutNormalization(), options.LabelColumnName, labels!, (picture, label) => (new StoredPicture(picture.Pixels.Span), label), run),
            pictures.Normalization);
    }

    protected override ClassColumns ResultsOf(LabelValues? labels) => new(labels!, options.PredictedLabelColumnName, options.ScoreColumnName);

    protected override float[][] Score(SparseModel model, IReadOnlyList<Picture> rows) => model.Classify(rows);
}
