using Microsoft.ML.Runtime;

namespace Seven.MLNet.TorchSharp.Internals;

/// <summary>Takes what a trainer says of each step, and passes on only warnings and errors.</summary>
internal sealed class QuietChannel(IHost host) : IChannel
{
    private readonly IChannel _channel = host.Start("Training");

    public string ContextDescription => _channel.ContextDescription;

    public void Send(ChannelMessage msg)
    {
        if (msg.Kind >= ChannelMessageKind.Warning)
            _channel.Send(msg);
    }

    public TException Process<TException>(TException ex)
        where TException : Exception => _channel.Process(ex);

    public void Trace(MessageSensitivity sensitivity, string fmt)
    {
    }

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args)
    {
    }

    public void Info(MessageSensitivity sensitivity, string fmt)
    {
    }

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args)
    {
    }

    public void Warning(MessageSensitivity sensitivity, string fmt) => _channel.Warning(sensitivity, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => _channel.Warning(sensitivity, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => _channel.Error(sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => _channel.Error(sensitivity, fmt, args);

    public void Dispose() => _channel.Dispose();
}
