using System.Globalization;
using Microsoft.ML.Runtime;
using Seven.Training;

namespace Seven.MLNet.Pipeline;

/// <summary>Writes each epoch to ML.NET's log and progress.</summary>
internal sealed class EpochLog : IDisposable
{
    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private readonly int _epochs;
    private int _done;

    public EpochLog(IHost host, int epochs)
    {
        _epochs = epochs;
        _channel = host.Start("Training");
        _progress = host.StartProgressChannel("Training");
        _progress.SetHeader(new ProgressHeader(["Loss", "Validation", "Sparsity"], ["epochs"]), entry => entry.SetProgress(0, _done, _epochs));
    }

    public void Report(EpochSummary epoch)
    {
        _done = epoch.Epoch;
        _progress.Checkpoint(epoch.TrainingLoss, epoch.Evaluation?.Primary.Value, epoch.Sparsity, epoch.Epoch);
        string judged = epoch.Evaluation is { } evaluation ? $", on the validation set {evaluation}" : "";
        Say($"Epoch {epoch.Epoch} of {_epochs}: loss {epoch.TrainingLoss:F4} a row{judged}, sparsity {epoch.Sparsity:P2}.");
        if (!double.IsFinite(epoch.TrainingLoss))
            Warn($"The loss is not a finite number; a smaller learning rate may help.");
    }

    public void Say(FormattableString message) => _channel.Info(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));

    public void Warn(FormattableString message) => _channel.Warning(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _progress.Dispose();
        _channel.Dispose();
    }
}
