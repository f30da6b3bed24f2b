using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace Seven.AspNetCore;

/// <summary>Between the signal to stop and the closing of the port: the service answers, says that it is not ready, and closes each connection after its answer.</summary>
/// <remarks>Without it, a request that arrives on a kept connection in the moment of the closing would be lost.</remarks>
internal sealed class GracefulStop(TimeSpan drain) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _isStopping;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        return Task.Delay(drain, cancellationToken);
    }

    /// <summary>Asks the client to open another connection for its next request, wherever that one then leads.</summary>
    public Task CloseConnections(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            if (_isStopping)
                context.Response.Headers[HeaderNames.Connection] = "close";
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping ? HealthCheckResult.Unhealthy("The service is stopping.") : HealthCheckResult.Healthy("The service takes requests."));

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
