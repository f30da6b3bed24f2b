using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Hub;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Loading;

/// <summary>Reads the model of a folder that may be replaced at any time.</summary>
/// <param name="options">The folder, and how to score.</param>
/// <param name="load">Loads a folder; <see cref="SparseModel.Load"/> but in tests.</param>
internal sealed class ModelFolder(ServedModelOptions options, Func<string, SparseModelOptions?, SparseModel>? load = null)
{
    private readonly Func<string, SparseModelOptions?, SparseModel> _load = load ?? SparseModel.Load;
    private readonly string _folder = ModelHub.FolderOf(options.ModelFolder);
    private EncoderTask? _task = options.Task;

    /// <summary>The folder's files as they are now.</summary>
    /// <inheritdoc cref="FolderStamp.Of" path="/exception"/>
    public FolderStamp Stamp() => FolderStamp.Of(_folder);

    /// <summary>Reads the model.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, was replaced meanwhile, or the model is for another task.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="ArgumentException">The scoring options do not fit the model.</exception>
    public (SparseModel Model, FolderStamp Stamp) Read()
    {
        var before = Stamp();
        var model = _load(_folder, options.Scoring);
        try
        {
            Check(model);
            if (Stamp() != before)
                throw new InvalidDataException($"{_folder} was changed while it was read; expected a folder that does not change. Replace a model by renaming a whole folder.");
        }
        catch
        {
            model.Dispose();
            throw;
        }

        _task ??= model.Task;
        return (model, before);
    }

    private void Check(SparseModel model)
    {
        if (_task is not null && model.Task.GetType() != _task.GetType())
            throw new InvalidDataException($"{_folder} holds a model for {model.Task}; expected one for {_task}.");
        if (model.Configuration is TextConfiguration && !model.HasVocabulary)
            throw new InvalidDataException($"{_folder} has no vocabulary; expected vocab.txt or tokenizer.json.");
    }
}
