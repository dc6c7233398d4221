namespace Monolith.Embeddings.Diagnostics;

/// <summary>What an instrument is called and what it shows.</summary>
/// <param name="Kind">How its numbers behave.</param>
/// <param name="Name">Its name, by the conventions of OpenTelemetry.</param>
/// <param name="Unit">The unit of its numbers, by UCUM.</param>
/// <param name="Description">What it shows.</param>
internal sealed record InstrumentDescription(InstrumentKind Kind, string Name, string Unit, string Description)
{
    /// <summary>Of a histogram: the bounds between its buckets, in its unit; null for an instrument of another kind.</summary>
    public IReadOnlyList<double>? Bounds { get; init; }
}
