using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Seven.Extensions.Hosting;

namespace Seven.AspNetCore;

/// <summary>Answers requests that are refused, by problem details (RFC 9457).</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The client is gone: nobody reads an answer.
        if (httpContext.RequestAborted.IsCancellationRequested)
            return true;
        var problem = ProblemOf(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            LogFailure(httpContext.Request.Path, exception);
        if (problem == Problem.Busy)
            httpContext.Response.Headers[HeaderNames.RetryAfter] = "1";
        await Write(httpContext, problem, problem == Problem.Internal ? null : exception.Message);
        return true;
    }

    /// <summary>Writes problem details in place of an answer.</summary>
    public static Task Write(HttpContext context, Problem problem, string? detail)
    {
        context.Response.StatusCode = problem.Status;
        var details = new ProblemDetails { Type = problem.Type, Title = problem.Title, Status = problem.Status, Detail = detail, Instance = context.Request.Path };
        return context.Response.WriteAsJsonAsync(details, Messages.Default.ProblemDetails, "application/problem+json");
    }

    private static Problem ProblemOf(Exception exception) => exception switch
    {
        ProblemException refused => refused.Problem,
        ModelBusyException => Problem.Busy,
        BadHttpRequestException bad => Problem.Of(bad.StatusCode),
        _ => Problem.Internal,
    };

    [LoggerMessage(1, LogLevel.Error, "A request to {Path} has failed.")]
    private partial void LogFailure(string path, Exception exception);
}
