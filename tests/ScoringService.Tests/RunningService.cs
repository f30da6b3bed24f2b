using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Seven.AspNetCore;
using Seven.Extensions.Hosting.Tests;

namespace ScoringService.Tests;

/// <summary>The service in this process, on a port of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication _service;

    private RunningService(WebApplication service)
    {
        _service = service;
        Address = new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Small limits, which small requests can exceed.</summary>
    public static RequestLimits SmallLimits { get; } = new() { MaximumTexts = 4, MaximumCharacters = 100, MaximumBodyBytes = 4096 };

    public static async Task<RunningService> Start(string? folder = null, RequestLimits? limits = null)
    {
        var service = MonitoredService.Build(new ServiceOptions
        {
            Scoring = new TextScoringOptions
            {
                ModelFolder = folder ?? TinyModels.Classifier(),
                Limits = limits ?? SmallLimits,
                ReloadInterval = TimeSpan.FromMilliseconds(20),
                Drain = TimeSpan.Zero,
            },
            Url = "http://127.0.0.1:0",
        });
        await service.StartAsync();
        return new RunningService(service);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _service.StopAsync();
        await _service.DisposeAsync();
    }
}
