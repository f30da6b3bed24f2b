using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Numerics;

namespace Seven.Training;

/// <summary>A task's loss and the distance from a teacher's outputs, by their shares.</summary>
internal sealed class DistilledObjective<TInput, TExample, TOutput>(
    EncoderTask<TInput, TExample, TOutput> task, TeacherModel<TInput> teacher, Distillation settings) : IObjective<TExample>
    where TExample : class, TInput
{
    private readonly Arena _arena = new();
    private InnerStates? _inner;

    public InnerTarget? InnerTarget => _inner is null ? null : new InnerTarget(_inner, settings.HiddenStates, settings.Attention);

    public string TeacherIdentity => teacher.Identity;

    /// <summary>Evaluations are by the targets alone.</summary>
    public IObjective<TExample> ForEvaluation => task;

    public void Check(TExample example) => task.Check(example, mayBeUnlabeled: true);

    public double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient)
    {
        double loss = task.Loss(output, layout, batch, (float)((1 - settings.Weight) * scale), gradient);
        _arena.Reset();
        _inner = settings.LooksInside ? new InnerStates(settings.HiddenStates > 0 ? new HiddenStates() : null, settings.Attention > 0 ? new AttentionMaps(_arena) : null) : null;
        return (1 - settings.Weight) * loss + task.AddSoftLoss(output, teacher.OutputsOf(batch, _inner), layout, batch, settings.Temperature, settings.Weight, scale, gradient);
    }

    public IJudge<TExample> NewJudge() => task.NewJudge();
}
