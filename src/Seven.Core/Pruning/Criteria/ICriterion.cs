using System.Collections.ObjectModel;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>Scores each weight from its value and its gradient at each step. Weights with larger scores are kept.</summary>
/// <remarks>A criterion holds only its settings; what it remembers of each weight is in the memory that the step updates.</remarks>
public interface ICriterion
{
    /// <summary>A name for reports.</summary>
    string Name { get; }

    /// <summary>Arrays of memory that each weight needs beside its score, 0 to 3.</summary>
    int MemoryArrays { get; }

    /// <summary>Whether everything is pruned in one step rather than along a schedule. Default false.</summary>
    bool IsOneShot => false;

    /// <summary>Whether removed weights are scored further, by the gradient at their place, and may return until pruning is over. Their scores are then not zero. Default false.</summary>
    bool WeightsReturn => false;

    /// <summary>The score at or below which weights are removed, as long as more stay than in the end; at the last step the target decides. For single weights alone.
    /// Default <see langword="null"/>: the schedule says how many stay.</summary>
    double? Threshold => null;

    /// <summary>Whether the gradient that it is given is H·g, the product of the Hessian of the loss with its gradient. Training engines of this project compute it; a program that
    /// steps a <see cref="Pruner"/> itself puts it in the gradient's place. Default false.</summary>
    bool UsesCurvature => false;

    /// <summary>The criterion's settings by name: a saved run goes on only with the same ones. Default none.</summary>
    IReadOnlyDictionary<string, double> Settings => ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Updates scores and memory: <c>weights.Apply(new Step(...))</c>, with the arithmetic in a <see cref="ICriterionStep"/>.</summary>
    /// <param name="pruningStep">t, from 0.</param>
    /// <param name="weights">Part of the weights. Pruned ones and their gradients are zeros in it, unless they may return.</param>
    void Update(int pruningStep, IScoredWeights weights);
}

/// <summary>One step of a criterion for each weight, written once: it runs over the lanes of vector registers, and over tensors on any device.</summary>
public interface ICriterionStep
{
    /// <summary>Updates the score of a weight, and the criterion's memory of it.</summary>
    /// <typeparam name="TLanes">The arithmetic.</typeparam>
    /// <typeparam name="TValue">The values of many weights.</typeparam>
    /// <param name="weight">θ, after the optimizer's step.</param>
    /// <param name="gradient">g, the gradient of the step just taken.</param>
    /// <param name="score">The score; zero before the first step.</param>
    /// <param name="first">The first array of memory; zero before the first step, and without meaning if the criterion asked for none.</param>
    /// <param name="second">The second array of memory, likewise.</param>
    /// <param name="third">The third array of memory, likewise.</param>
    void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
        where TLanes : struct, ILanes<TValue>;
}

/// <summary>Weights with their gradients, their scores and the criterion's memory of them, wherever they are.</summary>
public interface IScoredWeights
{
    /// <summary>Applies a step to each weight.</summary>
    /// <param name="update">The step; a struct, for which the loop is compiled.</param>
    void Apply<TStep>(TStep update)
        where TStep : struct, ICriterionStep;
}
