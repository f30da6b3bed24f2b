namespace Study.Cluster;

/// <summary>What the database holds of a sweep.</summary>
[GenerateSerializer]
[Alias("Study.SweepState")]
internal sealed class SweepState
{
    [Id(0)]
    public List<SweepEntry> Entries { get; set; } = [];
}

/// <summary>A run in the list.</summary>
[GenerateSerializer]
[Alias("Study.SweepEntry")]
internal sealed class SweepEntry
{
    /// <summary>The run.</summary>
    [Id(0)]
    public string Run { get; set; } = "";

    /// <summary>Its worker's lease; <see langword="null"/> where nobody has it.</summary>
    [Id(1)]
    public Guid? Lease { get; set; }

    /// <summary>The worker that runs it.</summary>
    [Id(2)]
    public string? Worker { get; set; }

    /// <summary>Until when its worker is waited for.</summary>
    [Id(3)]
    public DateTimeOffset Until { get; set; }

    /// <summary>The result; <see langword="null"/> before it is done.</summary>
    [Id(4)]
    public string? Result { get; set; }

    /// <summary>Why it has failed; <see langword="null"/> if it has not.</summary>
    [Id(5)]
    public string? Fault { get; set; }

    public bool IsOver => Result is not null || Fault is not null;
}
