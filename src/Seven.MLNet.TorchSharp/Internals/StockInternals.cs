using System.Reflection;
using Microsoft.ML.TorchSharp;
using Seven.MLNet.MLNetInternals;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Internals;

/// <summary>Members of Microsoft.ML.TorchSharp and TorchSharp that are not public and that pruning inside the stock trainers needs.</summary>
internal static class StockInternals
{
    /// <summary>The versions with which the members were tested.</summary>
    public const string Tested = "Microsoft.ML.TorchSharp 0.23.1 with TorchSharp 0.102.7, or rebuilt with TorchSharp 0.107.0";

    private static readonly InternalFeature<Tuple<PropertyInfo, PropertyInfo>> s_scopes = new("The training loss of ML.NET's trainers", Tested, finder =>
    {
        var scopes = typeof(DisposeScopeManager);
        return Tuple.Create(finder.Property(scopes, "ThreadSingleton"), finder.Property(scopes, "CurrentDisposeScope"));
    });

    private static readonly InternalFeature<PropertyInfo> s_wrappedOptimizer = new("Pruning inside ML.NET's trainers", Tested, finder =>
        finder.Property(finder.Type(typeof(TorchSharpBaseTrainer).Assembly, "Microsoft.ML.TorchSharp.NasBert.Optimizers.BaseOptimizer"), "Optimizer"));

    /// <summary>Whether the scopes are available from which losses are read that a trainer does not report.</summary>
    public static bool HasScopes => s_scopes.IsAvailable;

    /// <summary>The scope in which the current thread's tensors are kept.</summary>
    /// <exception cref="NotSupportedException">TorchSharp lacks a member.</exception>
    public static DisposeScope? CurrentScope()
    {
        var (manager, scope) = s_scopes.Members;
        return (DisposeScope?)scope.GetValue(manager.GetValue(null));
    }

    /// <summary>The optimizer in a field that holds it, or holds ML.NET's wrapper of it.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks a member.</exception>
    public static optim.Optimizer OptimizerIn(object holder, FieldInfo field) => field.GetValue(holder) switch
    {
        optim.Optimizer optimizer => optimizer,
        var wrapper => (optim.Optimizer)s_wrappedOptimizer.Members.GetValue(wrapper)!,
    };

    /// <summary>Puts an optimizer into a field that holds one, or into ML.NET's wrapper in that field.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks a member.</exception>
    public static void SetOptimizerIn(object holder, FieldInfo field, optim.Optimizer optimizer)
    {
        if (typeof(optim.Optimizer).IsAssignableFrom(field.FieldType))
            field.SetValue(holder, optimizer);
        else
            s_wrappedOptimizer.Members.SetValue(field.GetValue(holder), optimizer);
    }
}
