using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.TorchSharp.Internals;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>One fit of one of ML.NET's trainers: the network in training, its optimizer and its scheduler.</summary>
internal sealed class StockSession : IDisposable
{
    private const BindingFlags Call = BindingFlags.DoNotWrapExceptions;

    private readonly StockTrainer _trainer;
    private readonly QuietChannel _channel;
    private readonly object _inner;
    private readonly Optimizer _stockOptimizer;
    private readonly DataViewSchema.DetachedColumn _labels;
    private ITransformer? _transformer;

    public StockSession(StockTrainer trainer, IHost host, IDataView input)
    {
        _trainer = trainer;
        trainer.Kind.TakeOver(trainer.Options);
        _channel = new QuietChannel(host);
        object?[] arguments = [trainer.Estimator, _channel, input];
        _inner = trainer.Members.CreateInner is ConstructorInfo constructor
            ? constructor.Invoke(Call, null, arguments, null)
            : trainer.Members.CreateInner.Invoke(trainer.Estimator, Call, null, arguments, null)!;
        _stockOptimizer = Optimizer;
        _labels = input.Schema.GetColumnOrNull(LabelColumn) is { } column ? new DataViewSchema.DetachedColumn(column) : default;
    }

    /// <summary>The network in training.</summary>
    public nn.Module Model => (nn.Module)_trainer.Members.Model.GetValue(_inner)!;

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer
    {
        get => StockInternals.OptimizerIn(_inner, _trainer.Members.Optimizers[0]);
        set
        {
            foreach (var holder in _trainer.Members.Optimizers)
                StockInternals.SetOptimizerIn(_inner, holder, value);
        }
    }

    /// <summary>The scheduler of the learning rate.</summary>
    public lr_scheduler.LRScheduler Scheduler
    {
        get => (lr_scheduler.LRScheduler)_trainer.Members.Scheduler.GetValue(_inner)!;
        set => _trainer.Members.Scheduler.SetValue(_inner, value);
    }

    /// <summary>The transformer over the network. It owns the network, and disposes it with itself.</summary>
    public ITransformer Transformer => _transformer ??= CreateTransformer();

    private string LabelColumn => _trainer.Options.GetType().GetField("LabelColumnName")?.GetValue(_trainer.Options) as string ?? "";

    /// <summary>Copies the weights of a network that is trained already, and puts the network in training into its transformer.</summary>
    /// <exception cref="InvalidOperationException">The networks differ, as they do if the rows have other labels than those it was trained on.</exception>
    public void ContinueFrom(ITransformer fitted)
    {
        var field = _trainer.Members.TransformerModel;
        var trained = (nn.Module)field.GetValue(fitted)!;
        var weights = trained.state_dict();
        foreach (var (name, tensor) in Model.state_dict())
            if (!weights.TryGetValue(name, out var found) || !found.shape.AsSpan().SequenceEqual(tensor.shape))
                throw new InvalidOperationException(
                    $"{name} of the fitted network has the shape [{string.Join(" × ", found?.shape ?? [])}]; expected [{string.Join(" × ", tensor.shape)}]. Are these the rows it was trained on?");
        Model.load_state_dict(weights);
        field.SetValue(fitted, Model);
        trained.Dispose();
        _transformer = fitted;
    }

    /// <summary>One epoch of the trainer's own loop.</summary>
    /// <param name="host">The host, which may cancel.</param>
    /// <param name="input">The rows.</param>
    /// <param name="progress">Where it may report its loss.</param>
    public void Train(IHost host, IDataView input, IProgressChannel progress)
    {
        var train = _trainer.Members.Train;
        object[] arguments = train.GetParameters().Length == 2 ? [host, input] : [host, input, progress];
        train.Invoke(_inner, Call, null, arguments, null);
    }

    /// <summary>Gives the optimizer's memory back, and the options to what the user set.</summary>
    public void Dispose()
    {
        _stockOptimizer.Dispose();
        _channel.Dispose();
        _trainer.Kind.GiveBack(_trainer.Options, _trainer.Settings);
    }

    private ITransformer CreateTransformer()
    {
        var create = _trainer.Members.CreateTransformer;
        var host = _trainer.Members.Host.GetValue(_trainer.Estimator);
        object?[] arguments = create.GetParameters().Length == 3 ? [host, _trainer.Options, Model] : [host, _trainer.Options, Model, _labels];
        return (ITransformer)(create is ConstructorInfo constructor
            ? constructor.Invoke(Call, null, arguments, null)
            : create.Invoke(_trainer.Estimator, Call, null, arguments, null)!);
    }
}
