using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>The common part of the trainers over NAS-BERT.</summary>
internal abstract class BertKind : TrainerKind
{
    public override IReadOnlyList<string> Head => ["PredictionHead.*", "NerHead.*"];

    public override TrainingSettings SettingsOf(object options)
    {
        var bert = (NasBertTrainer.NasBertOptions)options;
        return new TrainingSettings(bert.BatchSize, bert.MaxEpoch, bert.ClipNorm, LogEveryNStep: 0, ReportsLoss: false, bert.ValidationSet);
    }

    public override void SetEpochs(object options, int epochs) => ((NasBertTrainer.NasBertOptions)options).MaxEpoch = epochs;

    public override void TakeOver(object options) => ((NasBertTrainer.NasBertOptions)options).ClipNorm = 0;

    public override void GiveBack(object options, TrainingSettings settings) => ((NasBertTrainer.NasBertOptions)options).ClipNorm = settings.ClipNorm;

    public override IReadOnlyList<InputColumn> InputsOf(object options)
    {
        var bert = (NasBertTrainer.NasBertOptions)options;
        var sentence = new InputColumn("sentence", bert.Sentence1ColumnName, TextDataViewType.Instance);
        return bert.Sentence2ColumnName is null ? [sentence] : [sentence, new InputColumn("sentence2", bert.Sentence2ColumnName, TextDataViewType.Instance)];
    }
}
