using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seven.Extensions.Hosting;

/// <summary>Healthy while the folder's model is served; degraded while an older one is, since the folder's cannot be loaded.</summary>
internal sealed class SparseModelHealthCheck(ServedModel model) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = model.Status;
        var data = new Dictionary<string, object>
        {
            ["model"] = model.Name,
            ["loadedAt"] = status.LoadedAt.ToString("O", CultureInfo.InvariantCulture),
            ["reloads"] = status.Reloads,
        };
        return Task.FromResult(status.Failure is null
            ? HealthCheckResult.Healthy($"The model '{model.Name}' is loaded.", data)
            : HealthCheckResult.Degraded($"The model '{model.Name}' of {data["loadedAt"]} is served, and its folder's is not: {status.Failure}", exception: null, data));
    }
}
