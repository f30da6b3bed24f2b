using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Pipeline;
using Seven.MLNet.TorchSharp.Internals;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>One of ML.NET's trainers with a copy of its options, from which fits are made. The user's own trainer stays untouched.</summary>
internal sealed class StockTrainer
{
    private readonly IEstimator<ITransformer> _estimator;

    private StockTrainer(TrainerKind kind, IHostEnvironment environment, object options)
    {
        (Kind, Options) = (kind, options);
        Members = TrainerMembers.Of(kind);
        _estimator = (IEstimator<ITransformer>)Members.Create.Invoke(BindingFlags.DoNotWrapExceptions, null, [environment, options], null);
        Settings = kind.SettingsOf(options);
    }

    public TrainerKind Kind { get; }

    public TrainerMembers Members { get; }

    /// <summary>The options, of the trainer's own type.</summary>
    public object Options { get; }

    public TrainingSettings Settings { get; }

    /// <summary>The trainer as ML.NET knows it.</summary>
    public object Estimator => _estimator;

    /// <summary>A copy of the user's trainer.</summary>
    /// <param name="trainer">The user's trainer.</param>
    /// <param name="environment">The context's own environment: hosts do not hand its settings down to hosts made from them.</param>
    /// <exception cref="NotSupportedException">It is none of the five.</exception>
    public static StockTrainer CopyOf(IEstimator<ITransformer> trainer, IHostEnvironment environment)
    {
        var kind = TrainerKind.All.FirstOrDefault(kind => kind.Trainer.IsInstanceOfType(trainer)) ?? throw new NotSupportedException(
            $"SevenPrune cannot wrap {trainer.GetType().Name}; expected one of {string.Join(", ", StockFamily.Names)}.");
        var members = TrainerMembers.Of(kind);
        return new StockTrainer(kind, environment, Copy(members.Options.GetValue(trainer)!, members.OptionsType));
    }

    /// <summary>A trainer with the options of a network that is trained already.</summary>
    public static StockTrainer Of(ITransformer network, IHostEnvironment environment, int? epochs)
    {
        var kind = TrainerKind.All.First(kind => kind.Transformer.IsInstanceOfType(network));
        var members = TrainerMembers.Of(kind);
        object options = Copy(members.TransformerOptions.GetValue(network)!, members.OptionsType);
        if (epochs is { } wanted)
            kind.SetEpochs(options, wanted);
        return new StockTrainer(kind, environment, options);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>Makes a network over the pretrained weights, with its optimizer.</summary>
    public StockSession Start(IHost host, IDataView input) => new(this, host, input);

    /// <summary>Copies all fields that the two types of options share.</summary>
    private static object Copy(object source, Type type)
    {
        object copy = Activator.CreateInstance(type)!;
        for (var level = source.GetType(); level is not null && level != typeof(object); level = level.BaseType)
            if (level.IsAssignableFrom(type))
                foreach (var field in level.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                    field.SetValue(copy, field.GetValue(source));
        return copy;
    }
}
