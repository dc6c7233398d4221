using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>How a <see cref="SnapshotChain"/> saves and restores.</summary>
public sealed class SnapshotChainOptions : IValidatedOptions
{
    /// <summary>The largest number of threads of a restore: 1,024.</summary>
    public const int MaxThreads = 1024;

    /// <summary>
    /// Whether each commit also has a file for replicas: weights and removals, without optimizer state. Default true. Without it replicas read the larger file that training resumes from.
    /// </summary>
    public bool PublishServing { get; set; } = true;

    /// <summary>Which of the named sections replicas get. Default: <see cref="SnapshotChain.ModelSection"/>, the dense model.</summary>
    public IList<string> ServingSections { get; set; } = [SnapshotChain.ModelSection];

    /// <summary>How many threads restore: 1 to <see cref="MaxThreads"/>. Default: one for each processor.</summary>
    public int RestoreThreads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, MaxThreads);

    /// <summary>Where the chain logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(RestoreThreads), RestoreThreads, 1, MaxThreads);
        errors.Require(ServingSections is not null, nameof(ServingSections), "is null; leave it empty where replicas get no section.");
    }

    internal SnapshotChainOptions Copy() => new() { PublishServing = PublishServing, ServingSections = [.. ServingSections], RestoreThreads = RestoreThreads, Logger = Logger };
}
