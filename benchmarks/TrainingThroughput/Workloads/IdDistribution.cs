namespace TrainingThroughput.Workloads;

/// <summary>Which ids the examples have.</summary>
internal enum IdDistribution
{
    /// <summary>All equally likely.</summary>
    Uniform,

    /// <summary>By Zipf's law, exponent 1.05.</summary>
    Zipf,
}
