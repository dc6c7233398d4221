namespace Monolith.Embeddings.Diagnostics;

/// <summary>What to subscribe to.</summary>
public static class EmbeddingDiagnostics
{
    /// <summary>The name of the library's <see cref="System.Diagnostics.Metrics.Meter"/>: <c>Monolith.Embeddings</c>.</summary>
    public const string MeterName = "Monolith.Embeddings";

    /// <summary>
    /// The name of the library's <see cref="System.Diagnostics.ActivitySource"/>: <c>Monolith.Embeddings</c>. Its spans stand in
    /// <c>docs/operations/traces.md</c>.
    /// </summary>
    public const string ActivitySourceName = "Monolith.Embeddings";
}
