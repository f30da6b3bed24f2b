using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Hub;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Training;

/// <summary>A teacher's outputs for one batch after another, over its kept weights alone where that is faster.</summary>
internal sealed class TeacherModel<TInput>
{
    /// <summary>Tokens of a usual batch, for which sparse and dense layers are compared.</summary>
    private const int UsualTokens = 1024;

    private readonly EncoderModel<TInput> _model;
    private readonly Workers _workers;
    private readonly Arena _arena = new();
    private readonly InputBatch<TInput> _batch;
    private readonly TemporaryForms _forms;

    private TeacherModel(EncoderModel<TInput> model, Workers workers, double? sparseFrom)
    {
        (_model, _workers, _batch) = (model, workers, model.NewBatch());
        _forms = new TemporaryForms(UsualTokens, sparseFrom);
        Identity = WeightsHash.Of(model.Parameters);
    }

    /// <summary>A hash of its weights, wherever they came from.</summary>
    public string Identity { get; }

    /// <summary>The teacher of a model.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="student">The model that learns from it.</param>
    /// <param name="options">Options of the training.</param>
    /// <exception cref="ArgumentException">It is of another task, has other labels, or reads other inputs.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static TeacherModel<TInput> Of<TExample, TOutput>(Teacher teacher, EncoderModel<TInput, TExample, TOutput> student, FineTuningOptions options)
        where TExample : class, TInput
    {
        var model = teacher.ModelFolder is { } folder ? Read(folder, student, options.Distillation ?? new Distillation { Teacher = teacher }) : student.Copy();
        return new TeacherModel<TInput>(model, Workers.Of(options.Threads), options.SparseFrom);
    }

    private static EncoderModel<TInput> Read<TExample, TOutput>(string folder, EncoderModel<TInput, TExample, TOutput> student, Distillation settings)
        where TExample : class, TInput
    {
        folder = ModelHub.FolderOf(folder);
        var task = EncoderFolder.Open(folder).Task();
        if (task.Name != student.Task.Name)
            throw new ArgumentException($"The teacher in {folder} was trained for {task.Name}; expected one for {student.Task.Name}, which the model learns.");
        if (!task.Labels.Order(StringComparer.Ordinal).SequenceEqual(student.Labels.Order(StringComparer.Ordinal)))
            throw new ArgumentException($"The teacher in {folder} has the labels {Named(task.Labels)}; expected those of the model, {Named(student.Labels)}.");
        // Read for the student's task, its outputs are in the order of the student's labels.
        var model = EncoderModel.Load(folder, student.Task);
        RequireSameInputs(folder, model.Configuration, student, byLayers: settings.LooksInside);
        RequireSameInside(folder, model.Configuration, student.Configuration, settings);
        return model;
    }

    /// <summary>The outputs of the head, [outputs × sequences] or [outputs × tokens], until the next call.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="inner">Takes the inner states that it has places for, until the next call, too.</param>
    public Matrix OutputsOf<TExample>(IReadOnlyList<TExample> batch, InnerStates? inner = null)
        where TExample : TInput
    {
        _arena.Reset();
        _batch.Clear();
        foreach (var example in batch)
            _batch.Add(example);
        return _model.Score(_batch, Pass.ForScoring(_arena, _workers, _forms, inner));
    }

    /// <param name="folder">The teacher's folder.</param>
    /// <param name="found">Its shape.</param>
    /// <param name="student">The model.</param>
    /// <param name="byLayers">Whether layers are compared.</param>
    private static void RequireSameInputs(string folder, EncoderConfiguration found, EncoderModel student, bool byLayers)
    {
        var wanted = student.Configuration;
        string? difference = (found, wanted) switch
        {
            (TextConfiguration text, TextConfiguration expected) when text.VocabularySize != expected.VocabularySize =>
                $"a vocabulary of {text.VocabularySize} entries; expected that of the model, {expected.VocabularySize}",
            (TextConfiguration text, TextConfiguration expected) when (byLayers || student.EncoderTask.IsPerToken) && text.MaximumTokens != expected.MaximumTokens =>
                $"outputs for up to {text.MaximumTokens} tokens; expected as many as the model has, {expected.MaximumTokens}",
            (ImageConfiguration image, ImageConfiguration expected) when (image.ImageSize, image.Channels) != (expected.ImageSize, expected.Channels) =>
                $"images of {image.ImageSize} pixels and {image.Channels} channels; expected those of the model, {expected.ImageSize} and {expected.Channels}",
            (ImageConfiguration image, ImageConfiguration expected) when byLayers && image.PatchSize != expected.PatchSize =>
                $"patches of {image.PatchSize} pixels; expected those of the model, {expected.PatchSize}",
            _ => null,
        };
        if (difference is not null)
            throw new ArgumentException($"The teacher in {folder} has {difference}.");
    }

    private static void RequireSameInside(string folder, EncoderConfiguration found, EncoderConfiguration wanted, Distillation settings)
    {
        if (settings.HiddenStates > 0 && (found.Layers, found.HiddenSize) != (wanted.Layers, wanted.HiddenSize))
            throw new ArgumentException(
                $"The teacher in {folder} has {found.Layers} layers of {found.HiddenSize} features; expected those of the model, {wanted.Layers} of {wanted.HiddenSize}, to learn its hidden states. "
                + $"Its outputs can be learned without them: set {nameof(Distillation.HiddenStates)} to 0.");
        if (settings.Attention > 0 && !Heads(found).SequenceEqual(Heads(wanted)))
            throw new ArgumentException(
                $"The teacher in {folder} has the attention heads {Named(Heads(found))} in its layers; expected those of the model, {Named(Heads(wanted))}, to learn its attention. "
                + $"Its outputs can be learned without it: set {nameof(Distillation.Attention)} to 0.");

        static IEnumerable<string> Heads(EncoderConfiguration configuration) => Enumerable.Range(0, configuration.Layers).Select(layer =>
            configuration is TextConfiguration { Names.Positions: null } text && text.Rotary.ReachOf(layer) is { } reach ? $"{configuration.HeadsIn(layer)} over {reach} tokens" : $"{configuration.HeadsIn(layer)}");
    }

    private static string Named(IEnumerable<string> parts) => $"[{string.Join(", ", parts)}]";
}
