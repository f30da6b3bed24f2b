using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>A provider with one served model, and the log.</summary>
internal sealed class Served : IDisposable, ILoggerProvider, ILogger
{
    private readonly ServiceProvider _provider;

    public Served(string folder, Action<ServedModelOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(this));
        services.AddSparseModel("films", folder, options =>
        {
            options.ReloadInterval = TimeSpan.FromMilliseconds(20);
            configure?.Invoke(options);
        });
        services.AddHealthChecks().AddSparseModel("films");
        _provider = services.BuildServiceProvider();
    }

    public IServiceProvider Provider => _provider;

    public ServedModel Model => _provider.GetRequiredKeyedService<ServedModel>("films");

    /// <summary>What was logged, with its level.</summary>
    public List<(LogLevel Level, string Message)> Lines { get; } = [];

    /// <summary>Waits for something that a look at the folder brings about.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.IsLessThan(1500, i, "waited for 15 seconds");
            await Task.Delay(10);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
            Lines.Add((logLevel, formatter(state, exception)));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose() => _provider.Dispose();
}
