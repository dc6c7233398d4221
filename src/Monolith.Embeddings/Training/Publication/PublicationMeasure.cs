namespace Monolith.Embeddings.Training;

/// <summary>What a <see cref="PublicationGate"/> compares with a bound.</summary>
public enum PublicationMeasure
{
    /// <summary>The mean log-loss of a window.</summary>
    LogLoss,

    /// <summary>By what share that is above the mean of the windows that were published.</summary>
    LogLossRise,

    /// <summary>Predictions over labels of a window.</summary>
    Calibration,

    /// <summary>The share of the probe set's scores that changed since the commit that replicas got last.</summary>
    ChangedShare,
}
