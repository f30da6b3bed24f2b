using Microsoft.ML;
using QuestionAnswering;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Training;

namespace Study.Tasks;

/// <summary>SQuAD's split: answers in texts.</summary>
internal sealed class AnswerStudyTask : StudyTask
{
    public override string Name => "squad";

    public override int Epochs => 3;

    public override (IDataView Train, IDataView Validation, IDataView Test) Load(MLContext mlContext, string data, int unlabeledRows)
    {
        string folder = Path.Combine(data, "squad");
        var (train, validation) = HeldOut(mlContext, SquadFile.Load(mlContext, new FileInfo(Path.Combine(folder, "split-train.json"))));
        return (train, validation, SquadFile.Load(mlContext, new FileInfo(Path.Combine(folder, "split-eval.json"))));
    }

    public override IEstimator<ITransformer> Before(MLContext mlContext) => mlContext.Transforms.CopyColumns("Context", "Context");

    public override EncoderTrainer Trainer(MLContext mlContext, string folder, FineTuningOptions training, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        mlContext.MulticlassClassification.Trainers.BertQuestionAnswering(new BertQuestionAnsweringOptions { ModelFolder = folder, FineTuning = training, MaximumTokens = 256, Progress = progress, CancellationToken = cancellationToken });

    public override Metric Judge(MLContext mlContext, IDataView scored) =>
        new("F1", mlContext.MulticlassClassification.EvaluateQuestionAnswering(scored, acceptedAnswerColumnName: "AcceptedAnswers")["F1"]);
}
