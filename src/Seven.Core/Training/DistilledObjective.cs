using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Numerics;

namespace Seven.Training;

/// <summary>A task's loss and the distance from a teacher's outputs, by their shares.</summary>
internal sealed class DistilledObjective<TInput, TExample, TOutput>(
    EncoderTask<TInput, TExample, TOutput> task, TeacherModel<TInput> teacher, Distillation settings) : IObjective<TExample>
    where TExample : class, TInput
{
    private HiddenStates? _hidden;

    public HiddenTarget? HiddenTarget => _hidden is null ? null : new HiddenTarget(_hidden, settings.HiddenStates);

    public string TeacherIdentity => teacher.Identity;

    /// <summary>Evaluations are by the targets alone.</summary>
    public IObjective<TExample> ForEvaluation => task;

    public void Check(TExample example) => task.Check(example);

    public double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient)
    {
        double loss = task.Loss(output, layout, batch, (float)((1 - settings.Weight) * scale), gradient);
        _hidden = settings.HiddenStates > 0 ? new HiddenStates() : null;
        double soft = task.AddSoftLoss(output, teacher.OutputsOf(batch, _hidden), layout, batch, settings.Temperature, (float)(settings.Weight * scale), gradient);
        return (1 - settings.Weight) * loss + settings.Weight * soft;
    }

    public IJudge<TExample> NewJudge() => task.NewJudge();
}
