using Experiments.Data;
using Experiments.Ids;
using Experiments.Learning;

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

    /// <summary>The events, each value with a row of its own.</summary>
    protected LogRows OwnRows { get; } = new(log, new OwnRows());
}
