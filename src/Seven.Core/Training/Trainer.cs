using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Training;

/// <summary>Gradients and evaluations of a model on a task.</summary>
internal sealed class Trainer<TInput, TExample>(EncoderModel<TInput> model, IObjective<TExample> objective, Workers workers)
    where TExample : class, TInput
{
    private readonly Arena _arena = new();
    private readonly InputBatch<TInput> _batch = model.NewBatch();

    public Workers Workers => workers;

    /// <summary>Adds to all gradients scale times those of the batch's summed loss, which is returned.</summary>
    public double AddGradients(IReadOnlyList<TExample> batch, float scale, ulong dropoutSeed)
    {
        _arena.Reset();
        _batch.Clear();
        foreach (var example in batch)
            _batch.Add(example);
        var inner = new InnerStates(new HiddenStates(), new AttentionMaps(_arena));
        var (output, backward) = model.Forward(_batch, Pass.ForTraining(_arena, workers, dropoutSeed, inner));
        Matrix gradient = _arena.Take(output.Rows, output.Columns);
        double loss = objective.Loss(output, _batch.Layout, batch, scale, gradient);
        if (objective.InnerTarget is { } target)
            loss += inner.PullTowards(target, _batch.Layout, scale);
        if (double.IsFinite(loss))
            backward(gradient);
        return loss;
    }

    public Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellationToken)
    {
        var judge = objective.NewJudge();
        double loss = 0;
        model.Score(examples, workers, (output, layout, first) =>
        {
            var batch = new TExample[layout.Count];
            for (int i = 0; i < batch.Length; i++)
                batch[i] = examples[first + i];
            judge.See(output, layout, batch);
            Matrix gradient = Matrix.Zeros(output.Rows, output.Columns);
            loss += objective.ForEvaluation.Loss(output, layout, batch, 1, gradient);
        }, cancellationToken);
        return new Evaluation(loss / examples.Count, judge.Judge());
    }
}
