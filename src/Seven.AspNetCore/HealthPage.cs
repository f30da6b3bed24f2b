using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seven.AspNetCore;

/// <summary>Health checks as JSON: the state of all, and what each one says.</summary>
internal static class HealthPage
{
    /// <param name="takes">Chooses the checks.</param>
    public static HealthCheckOptions Of(Func<HealthCheckRegistration, bool> takes) => new() { Predicate = takes, ResponseWriter = Write };

    private static Task Write(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => $"{entry.Value.Status}: {entry.Value.Description}");
        return context.Response.WriteAsJsonAsync(new HealthAnswer(report.Status.ToString(), checks), Messages.Default.HealthAnswer);
    }
}
