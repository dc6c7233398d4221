namespace Monolith.Embeddings.Benchmarks.Workloads;

/// <summary>How often each id is drawn.</summary>
public enum Distribution
{
    /// <summary>All ids are equally likely.</summary>
    Uniform,

    /// <summary>The id of rank r is drawn in proportion to r^-0.99.</summary>
    Zipf,
}
