namespace Seven.Training;

/// <summary>A model that another one learns from.</summary>
public sealed record Teacher
{
    private Teacher(string? modelFolder) => ModelFolder = modelFolder;

    /// <summary>The model itself, as it is before the run: fine-tune it without pruning first, then prune it while it follows what it knew.</summary>
    /// <remarks>Where ML.NET's <c>SevenPrune</c> is wrapped around a trainer, it does both, one after the other.</remarks>
    public static Teacher Self { get; } = new(modelFolder: null);

    /// <summary>The Hugging Face folder that it is read from; <see langword="null"/> for <see cref="Self"/>.</summary>
    public string? ModelFolder { get; }

    /// <summary>A model in a Hugging Face folder, dense or compact: of the same task, with the same labels, and reading the same inputs. Its size and its architecture may differ.</summary>
    /// <param name="modelFolder">The folder, with <c>config.json</c> and <c>model.safetensors</c>.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    public static Teacher From(string modelFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        return new Teacher(modelFolder);
    }
}
