using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seven.Extensions.Hosting;
using Seven.Extensions.Hosting.Telemetry;

// The namespace of IServiceCollection, as extensions of it have it: the methods are there wherever services are registered.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models as services.</summary>
public static class SparseModelServices
{
    /// <summary>Registers a <see cref="ServedModel"/> under a key: one instance, loaded when the host starts, replaced when its folder changes.</summary>
    /// <remarks>A host whose model cannot be loaded does not start. Options are named options: <c>services.Configure&lt;ServedModelOptions&gt;("sentiment", section)</c> binds a configuration.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, which is also the name in logs, metrics and traces.</param>
    /// <param name="modelFolder">A Hugging Face folder, dense or compact, or a name on Hugging Face's hub.</param>
    /// <param name="configure">Changes options; <see langword="null"/> for none.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">A model is registered under that name already.</exception>
    public static IServiceCollection AddSparseModel(this IServiceCollection services, string name, string modelFolder, Action<ServedModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(ServedModel) && name.Equals(service.ServiceKey)))
            throw new ArgumentException($"A model named '{name}' is registered already; expected a name of its own.", nameof(name));

        services.AddMetrics();
        services.TryAddSingleton(provider => new ModelMeter(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServedModelOptions>, ServedModelOptions.Validator>());
        services.AddOptions<ServedModelOptions>(name).Configure(options => options.ModelFolder = modelFolder).Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.AddKeyedSingleton(name, static (provider, key) => Load(provider, (string)key!));
        return services.AddSingleton<IHostedService>(provider => new ModelStart(provider, name));
    }

    /// <summary>Adds a check of a served model: degraded while the folder's model cannot be loaded and an older one is served.</summary>
    /// <param name="checks">The health checks.</param>
    /// <param name="name">The model's key, which is also the name of the check.</param>
    /// <param name="tags">Tags by which endpoints choose their checks; <see langword="null"/> for none.</param>
    /// <returns>The same health checks.</returns>
    public static IHealthChecksBuilder AddSparseModel(this IHealthChecksBuilder checks, string name, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(checks);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return checks.Add(new HealthCheckRegistration(name, provider => new SparseModelHealthCheck(provider.GetRequiredKeyedService<ServedModel>(name)), failureStatus: null, tags));
    }

    private static ServedModel Load(IServiceProvider provider, string name) => new(
        name,
        provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get(name),
        provider.GetRequiredService<ModelMeter>(),
        provider.GetService<ILogger<ServedModel>>() ?? NullLogger<ServedModel>.Instance);

    /// <summary>Loads the model when the host starts, so that the first request does not wait and a bad folder is refused.</summary>
    private sealed class ModelStart(IServiceProvider provider, string name) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.Run(() => provider.GetRequiredKeyedService<ServedModel>(name), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
