using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>How a <see cref="SnapshotChain"/> saves and restores.</summary>
public sealed class SnapshotChainOptions : IValidatedOptions
{
    /// <summary>The largest number of threads of a restore: 1,024.</summary>
    public const int MaxThreads = 1024;

    /// <summary>The largest number of bytes that are read again: 2^40.</summary>
    public const long MaxRereadBytes = 1L << 40;

    /// <summary>
    /// Whether each commit also has a file for replicas: weights and removals, without optimizer state. Default true. Without it replicas
    /// read the larger file that training resumes from.
    /// </summary>
    public bool PublishServing { get; set; } = true;

    /// <summary>Which of the named sections replicas get. Default: <see cref="SnapshotChain.ModelSection"/>, the dense model.</summary>
    public IList<string> ServingSections { get; set; } = [SnapshotChain.ModelSection];

    /// <summary>
    /// Whether opening a chain also restores the parts that other processes wrote. Default true: the tables then hold everything, and the
    /// next commit is a full without those parts. Without it they hold what their own trainer wrote, and <see cref="SnapshotPartWriter"/>
    /// restores each part where it belongs.
    /// </summary>
    public bool RestoreParts { get; set; } = true;

    /// <summary>How many threads restore: 1 to <see cref="MaxThreads"/>. Default: one for each processor.</summary>
    public int RestoreThreads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, MaxThreads);

    /// <summary>
    /// How many bytes of the chain's files are read again before each delta, to see that they are still what was written: those of the
    /// newest commit first, then the others by turns. Where one was changed or is gone, the next commit is a full snapshot. 0 to look at
    /// names and lengths alone, up to <see cref="MaxRereadBytes"/>. Training waits for it. Default 16 MiB.
    /// </summary>
    public long RereadBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Whether each full snapshot is restored into other tables, which are then freed, before it is published. Default false. Meanwhile
    /// these take as much native memory as the tables of the set do, beside them; training goes on, and the commit takes as much longer as
    /// a restore does. Where the full cannot be restored, the commit fails.
    /// </summary>
    public bool RestoreBeforePublishing { get; set; }

    /// <summary>
    /// Is told of each commit once it is durable and visible, by the thread that wrote it; null (the default) for none. A hint for what
    /// brings commits to replicas faster than polling, such as a publisher to a topic: it is not waited for beyond the call, what it throws
    /// is logged and changes nothing, and a commit whose answer the store lost is not told. The manifest says what there is.
    /// </summary>
    public IProgress<SnapshotCommit>? Committed { get; set; }

    /// <summary>Where the chain logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(RestoreThreads), RestoreThreads, 1, MaxThreads);
        errors.InRange(nameof(RereadBytes), RereadBytes, 0, MaxRereadBytes);
        errors.Require(ServingSections is not null, nameof(ServingSections), "is null; leave it empty where replicas get no section.");
    }

    internal SnapshotChainOptions Copy()
    {
        var copy = (SnapshotChainOptions)MemberwiseClone();
        copy.ServingSections = [.. ServingSections];
        return copy;
    }
}
