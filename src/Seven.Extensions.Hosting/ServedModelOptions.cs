using Microsoft.Extensions.Options;
using Seven.Encoders.Tasks;
using Seven.Hub;
using Seven.Inference;

namespace Seven.Extensions.Hosting;

/// <summary>Options of a served model. They are validated when the host starts.</summary>
public sealed class ServedModelOptions
{
    /// <summary>A Hugging Face folder, dense or compact, or a name on Hugging Face's hub.</summary>
    public string ModelFolder { get; set; } = "";

    /// <summary>Options of scoring. Default: one thread for each batch, since a service has more requests than processors.</summary>
    public SparseModelOptions Scoring { get; set; } = new() { Threads = 1 };

    /// <summary>The task that the model must be for, such as <c>EncoderTasks.TextClassification()</c>. Default <see langword="null"/>: that of the first model
    /// in the folder. Models of another task are refused, at the start and afterwards.</summary>
    public EncoderTask? Task { get; set; }

    /// <summary>Time between two looks at the folder, at least 10 milliseconds; <see cref="Timeout.InfiniteTimeSpan"/> for none. Default 2 seconds. A model that has
    /// changed is loaded once its files were the same at two looks.</summary>
    /// <remarks>A look reads sizes and times, which works on network and container volumes where notifications do not.</remarks>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Texts that may wait, at least 1. Default 4096: some seconds of work. More are refused with a <see cref="ModelBusyException"/>.</summary>
    public int MaximumQueuedTexts { get; set; } = 4096;

    /// <summary>Checks the ranges, and that there is a model to load.</summary>
    internal sealed class Validator : IValidateOptions<ServedModelOptions>
    {
        /// <inheritdoc />
        public ValidateOptionsResult Validate(string? name, ServedModelOptions options)
        {
            string? fault =
                string.IsNullOrWhiteSpace(options.ModelFolder) ? $"{nameof(ModelFolder)} is empty; expected a model's folder."
                : !HubName.IsName(options.ModelFolder) && !Directory.Exists(options.ModelFolder) ? $"{nameof(ModelFolder)} is '{options.ModelFolder}', which is not there; expected a model's folder, or a name such as owner/model."
                : options.Scoring is null ? $"{nameof(Scoring)} is null; expected options."
                : options.ReloadInterval != Timeout.InfiniteTimeSpan && options.ReloadInterval < TimeSpan.FromMilliseconds(10) ? $"{nameof(ReloadInterval)} is {options.ReloadInterval}; expected at least 10 milliseconds, or Timeout.InfiniteTimeSpan."
                : options.MaximumQueuedTexts < 1 ? $"{nameof(MaximumQueuedTexts)} is {options.MaximumQueuedTexts}; expected at least 1."
                : null;
            return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail($"Model '{name}': {fault}");
        }
    }
}
