using Experiments.Data;

namespace Experiments.CommandLine;

/// <summary>What the user asked for.</summary>
internal sealed record ExperimentArguments
{
    /// <summary>The file of events, or its folder; null where the experiment needs none.</summary>
    public string? Data { get; init; }

    /// <summary>Its form.</summary>
    public required LogFormat Format { get; init; }

    /// <summary>How many events; null for all.</summary>
    public int? Events { get; init; }

    /// <summary>How many seeds.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>Passes over the training part.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many trials run at once.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Where results are kept.</summary>
    public required string Results { get; init; }

    /// <summary>Where plots are drawn; null for none.</summary>
    public string? Plots { get; init; }

    /// <summary>Whether plots are PNG files, and not SVG.</summary>
    public bool Png { get; init; }

    /// <summary>Whether to check the number of events first.</summary>
    public bool Verify { get; init; }
}
