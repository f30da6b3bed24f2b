using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.Roberta;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.TorchSharp.Stock;

namespace Seven.MLNet.TorchSharp.Internals;

/// <summary>The members of one of ML.NET's trainers on TorchSharp that are not public and that pruning needs.</summary>
/// <remarks>A trainer makes an inner one for each fit, which holds the network, its optimizer and its scheduler and trains for an epoch at a time.</remarks>
internal sealed class TrainerMembers
{
    private static readonly Dictionary<Type, InternalFeature<TrainerMembers>> s_features = TrainerKind.All.ToDictionary(
        kind => kind.Trainer,
        kind => new InternalFeature<TrainerMembers>($"Pruning inside {kind.Name}", StockInternals.Tested, finder => new TrainerMembers(finder, kind.Trainer, kind.TrainerOptions, kind.Transformer)));

    private TrainerMembers(MemberFinder finder, Type trainer, Type options, Type transformer)
    {
        (Trainer, OptionsType) = (trainer, options);
        Create = finder.Constructor(trainer, typeof(IHostEnvironment), options);
        Options = finder.Field(trainer, "Option");
        Host = finder.Field(trainer, "Host");
        TransformerOptions = finder.Field(transformer, "Options");
        TransformerModel = finder.Field(transformer, "Model");

        bool isBert = typeof(TorchSharpBaseTrainer).IsAssignableFrom(trainer);
        var inner = trainer.GetNestedType("Trainer", BindingFlags.Public | BindingFlags.NonPublic) ?? finder.Type(trainer.Assembly, trainer.FullName + "+Trainer");
        CreateInner = isBert ? finder.Method(trainer, "CreateTrainer", parameters: 3) : finder.Constructor(inner, trainer, typeof(IChannel), typeof(IDataView));
        Train = finder.Method(inner, "Train", isBert ? 2 : 3);
        Model = finder.Field(inner, "Model");
        Optimizers = finder.Fields(inner, "Optimizer");
        Scheduler = finder.Field(inner, "LearningRateScheduler");
        CreateTransformer = isBert
            ? finder.Method(trainer, "CreateTransformer", parameters: 4)
            : finder.Constructor(transformer, trainer == typeof(QATrainer) ? [null, null, null] : [null, null, null, null]);
    }

    public Type Trainer { get; }

    public Type OptionsType { get; }

    /// <summary>The trainer's constructor: environment, options.</summary>
    public ConstructorInfo Create { get; }

    public FieldInfo Options { get; }

    public FieldInfo Host { get; }

    public FieldInfo TransformerOptions { get; }

    public FieldInfo TransformerModel { get; }

    /// <summary>Makes the inner trainer: trainer, channel, data.</summary>
    public MethodBase CreateInner { get; }

    /// <summary>One epoch: host, data, and for some the progress channel.</summary>
    public MethodInfo Train { get; }

    public FieldInfo Model { get; }

    /// <summary>The members that hold the optimizer; some inner trainers hold it twice, once in ML.NET's wrapper.</summary>
    public IReadOnlyList<FieldInfo> Optimizers { get; }

    public FieldInfo Scheduler { get; }

    /// <summary>Makes the transformer: host, options, network, and for some the label column.</summary>
    public MethodBase CreateTransformer { get; }

    /// <summary>The members of one of the trainers.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks one.</exception>
    public static TrainerMembers Of(TrainerKind kind) => s_features[kind.Trainer].Members;
}
