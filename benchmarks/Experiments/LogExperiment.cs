using Experiments.Data;

namespace Experiments;

/// <summary>An experiment on a log of events.</summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
internal abstract class LogExperiment(EventLog log, ExperimentOptions options) : Experiment(options)
{
    /// <inheritdoc />
    public override string Data => Log.Description;

    /// <summary>The events.</summary>
    protected EventLog Log { get; } = log;
}
