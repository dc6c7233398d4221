using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Training;

namespace OnlineTraining.Contest;

/// <summary>What the contestants have in common.</summary>
public sealed record ModelSettings
{
    /// <summary>The kind of model.</summary>
    public ModelKind Kind { get; init; } = ModelKind.DeepFm;

    /// <summary>The dimension of the embedding vectors.</summary>
    public int Dimension { get; init; } = 8;

    /// <summary>The widths of DeepFM's hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [32];

    /// <summary>The learning rate of the embedding vectors, under Adagrad.</summary>
    public float VectorRate { get; init; } = 0.1f;

    /// <summary>The learning rate of the biases, under FTRL.</summary>
    public float BiasRate { get; init; } = 0.02f;

    /// <summary>The learning rate of the dense weights, under Adagrad.</summary>
    public float DenseRate { get; init; } = 0.02f;

    /// <summary>L2 on the embedding vectors, as weight decay in the gradient.</summary>
    public float VectorDecay { get; init; }

    /// <summary>Vectors start evenly spread over minus to plus this.</summary>
    public float VectorSpread { get; init; } = 0.01f;

    /// <summary>Examples a batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>How often an id occurs before it gets a row.</summary>
    public int MinOccurrences { get; init; } = 1;

    /// <summary>What counts the occurrences of an id before it has a row; exact counters where null.</summary>
    public OccurrenceCounterOptions? Counter { get; init; }

    /// <summary>How many days a row lives after its last update; null: forever.</summary>
    public double? TimeToLiveDays { get; init; }

    /// <summary>What corrects its logits; null for nothing.</summary>
    public CalibrationMethod? Calibration { get; init; }

    /// <summary>Where all first values come from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Examples in a window of metrics.</summary>
    public long Window { get; init; } = 10_000;

    /// <summary>Whether the profile tells predicting from learning.</summary>
    public bool ProfileModel { get; init; }
}
