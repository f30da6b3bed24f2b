using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>The loss that a task minimizes, and its metrics.</summary>
internal interface IObjective<TExample>
{
    /// <exception cref="ArgumentException">An example's target is impossible.</exception>
    void Check(TExample example);

    /// <summary>The batch's summed loss, and scale times its gradient with respect to the head's output.</summary>
    double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient);

    /// <summary>The target of the inner states of the last batch, if there is one.</summary>
    InnerTarget? InnerTarget => null;

    /// <summary>The identity of the teacher, if there is one.</summary>
    string? TeacherIdentity => null;

    /// <summary>The objective by which a model is evaluated.</summary>
    IObjective<TExample> ForEvaluation => this;

    /// <summary>Returns a new judge.</summary>
    IJudge<TExample> NewJudge();
}

/// <summary>Sees a model's outputs for a set of examples batch by batch, then judges.</summary>
internal interface IJudge<TExample>
{
    void See(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch);

    IReadOnlyList<Metric> Judge();
}
