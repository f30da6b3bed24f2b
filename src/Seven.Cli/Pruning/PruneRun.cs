using Seven.Cli.Data;
using Seven.Encoders.Tasks;
using Seven.Terminal;

namespace Seven.Cli.Pruning;

/// <summary>Prunes a model as the user asked for it.</summary>
internal static class PruneRun
{
    /// <summary>Reads the data, finds the task, trains, prunes, measures and saves.</summary>
    /// <exception cref="InvalidDataException">A file is of another shape, or of another task than the model.</exception>
    public static PruneResult Run(PruneSettings settings, Rows rows, RunDisplay display, CancellationToken cancellationToken)
    {
        var trained = TextTask.TrainedIn(settings.Model);
        return (settings.Task ?? TextTask.Of(rows.Train)) switch
        {
            TextTaskKind.Embedding => Of(TextExamples.Vectors(), needsTraining: false),
            TextTaskKind.Similarity => Of(TextExamples.Scores(), needsTraining: trained is not TextRegressionTask),
            _ => Classify(TextTask.LabelsOf(rows.All, trained)),
        };

        PruneResult Classify(IReadOnlyList<string> labels) =>
            Of(TextExamples.Classes(labels), needsTraining: trained is not TextClassificationTask || !trained.Labels.SequenceEqual(labels));

        PruneResult Of<TExample, TOutput>(TextExamples<TExample, TOutput> examples, bool needsTraining)
            where TExample : Encoders.TokenizedText => new PruneRun<TExample, TOutput>(settings, examples, display, cancellationToken).Run(rows, needsTraining);
    }
}
