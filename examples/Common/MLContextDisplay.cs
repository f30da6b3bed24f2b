using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.Terminal;

namespace Common;

/// <summary>ML.NET prints nothing by itself: its log holds the warnings.</summary>
public static class MLContextDisplay
{
    /// <summary>Shows the log's warnings and errors, and, for trainers without a progress of their own, a line for each epoch.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="display">Where to show them.</param>
    /// <param name="showsEpochs">Whether lines of epochs are shown as well.</param>
    public static void ShowIn(this MLContext mlContext, RunDisplay display, bool showsEpochs = false) => mlContext.Log += (_, line) =>
    {
        if (line.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
            display.Warn(line.RawMessage);
        else if (showsEpochs && line.Kind == ChannelMessageKind.Info && (line.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal) || (line.RawMessage.Contains("can be pruned", StringComparison.Ordinal) && !line.RawMessage.Contains('\n'))))
            display.Say(line.RawMessage);
    };
}
